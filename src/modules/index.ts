import type { ModuleSpec, Registry } from "../contract/module.js";
import { addHost } from "./add_host.js";
import { apt } from "./apt.js";
import { aptRepository } from "./apt_repository.js";
import { assert } from "./assert.js";
import { asyncStatus } from "./async_status.js";
import { authorizedKey } from "./authorized_key.js";
import { blockinfile } from "./blockinfile.js";
import { command } from "./command.js";
import { copy } from "./copy.js";
import { cron } from "./cron.js";
import { datadogMonitor } from "./datadog_monitor.js";
import { debug } from "./debug.js";
import { deb822Repository } from "./deb822_repository.js";
import { fail } from "./fail.js";
import { fetchModule } from "./fetch.js";
import { file } from "./file.js";
import { getCertificate } from "./get_certificate.js";
import { getUrl } from "./get_url.js";
import { git } from "./git.js";
import { group } from "./group.js";
import { groupBy } from "./group_by.js";
import { haproxy } from "./haproxy.js";
import { hostname } from "./hostname.js";
import { includeRole } from "./include_role.js";
import { includeTasks } from "./include_tasks.js";
import { includeVars } from "./include_vars.js";
import { lineinfile } from "./lineinfile.js";
import { meta } from "./meta.js";
import { mysqlDb } from "./mysql_db.js";
import { mysqlInfo } from "./mysql_info.js";
import { mysqlQuery } from "./mysql_query.js";
import { mysqlReplication } from "./mysql_replication.js";
import { mysqlUser } from "./mysql_user.js";
import { mysqlVariables } from "./mysql_variables.js";
import { packageModule } from "./package.js";
import { packageFactsModule } from "./package_facts.js";
import { pause } from "./pause.js";
import { ping } from "./ping.js";
import { raw } from "./raw.js";
import { reboot } from "./reboot.js";
import { replace } from "./replace.js";
import { script } from "./script.js";
import { serviceFactsModule } from "./service_facts.js";
import { serviceModule } from "./service.js";
import { setFact } from "./set_fact.js";
import { setup } from "./setup.js";
import { shell } from "./shell.js";
import { slurp } from "./slurp.js";
import { stat } from "./stat.js";
import { sysctl } from "./sysctl.js";
import { systemd } from "./systemd.js";
import { template } from "./template.js";
import { unarchive } from "./unarchive.js";
import { ufwModule } from "./ufw.js";
import { uri } from "./uri.js";
import { user } from "./user.js";
import { waitFor } from "./wait_for.js";
import { x509CertificateInfo } from "./x509_certificate_info.js";

const modules: readonly ModuleSpec[] = [
  addHost,
  apt,
  aptRepository,
  assert,
  asyncStatus,
  authorizedKey,
  blockinfile,
  command,
  copy,
  deb822Repository,
  cron,
  datadogMonitor,
  debug,
  fail,
  fetchModule,
  file,
  getCertificate,
  getUrl,
  git,
  group,
  groupBy,
  haproxy,
  hostname,
  includeRole,
  includeTasks,
  includeVars,
  lineinfile,
  meta,
  mysqlDb,
  mysqlInfo,
  mysqlQuery,
  mysqlReplication,
  mysqlUser,
  mysqlVariables,
  packageFactsModule,
  packageModule,
  pause,
  ping,
  raw,
  reboot,
  replace,
  script,
  serviceFactsModule,
  serviceModule,
  setFact,
  setup,
  shell,
  slurp,
  stat,
  sysctl,
  systemd,
  template,
  unarchive,
  ufwModule,
  uri,
  user,
  waitFor,
  x509CertificateInfo,
];

/** Other names of modules, as playbooks for Ansible use them. */
const aliases: Readonly<Record<string, string>> = { gather_facts: "setup", systemd_service: "systemd" };

/** Every module by name: the only list there is. */
export const registry: Registry = new Map<string, ModuleSpec>(
  [...modules.map((spec) => [spec.name, spec] as const), ...Object.entries(aliases).flatMap(named)].sort(([a], [b]) =>
    a < b ? -1 : 1,
  ),
);

function named([alias, name]: readonly [string, string]): (readonly [string, ModuleSpec])[] {
  const spec = modules.find((candidate) => candidate.name === name);
  return spec === undefined ? [] : [[alias, spec]];
}
