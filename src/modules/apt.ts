import { type Change, disturbs } from "../contract/change.js";
import { defineModule } from "../contract/module.js";
import { type Read, Unknown } from "../contract/query.js";
import { aptListsFresh } from "../probes/apt.js";
import { type AptPlan, nothingPlanned } from "../probes/apt-plan.js";
import { bringsPackages, takesPackages } from "../probes/package.js";
import { broughtEffects, updateEffects } from "./support/apt/effects.js";
import { archivesChanges, observeArchives } from "./support/apt/archives.js";
import { observeDeb } from "./support/apt/deb.js";
import { aptUpdate } from "./support/apt/get.js";
import { type Installing, installChanges, observeInstall } from "./support/apt/install.js";
import { maxAgeOf } from "./support/apt/look.js";
import { type AptParams, aptParams, requestsOf } from "./support/apt/params.js";
import { observeRemove, removeChanges, type Removing } from "./support/apt/remove.js";
import { aptResult, aptReturns } from "./support/apt/result.js";
import { observeUnused, unusedChanges } from "./support/apt/unused.js";
import { observeUpgrade, upgradeChanges, type Upgrading } from "./support/apt/upgrade.js";

export interface AptState {
  readonly packages?: Installing | Removing | Upgrading;
  /** Without packages: whether the lists are too old. */
  readonly stale: boolean;
  readonly unused?: AptPlan | undefined;
  readonly archives?: readonly string[] | undefined;
}

export const apt = defineModule<AptParams, AptState>({
  name: "apt",
  summary: "Install, upgrade and remove packages of Debian and Ubuntu",
  description: [
    "All packages of a task are one `apt-get install`. What will happen is what `apt-get --simulate` says on the host.",
    "",
    "Unlike Ansible, lists are fetched only when they matter: with `state: present`, when a package is missing. With",
    "`update_cache: true` lists of the last five minutes are good enough; `cache_valid_time: 0` always fetches them, and",
    "such a task is never without a change. On a host without lists they are fetched even when the task does not say so.",
    "",
    "`brings` is fettle's own: which files, users and services the packages bring. A dry run on a bare host then knows",
    "that everything else stays as it is. Without it the plan for later tasks may be *unknown because of* this one.",
    "`state: build-dep`, URLs as `deb` and wildcards in names are not supported.",
  ].join("\n"),
  class: "state",
  params: aptParams,
  returns: aptReturns,
  waves: 2,
  examples: [
    {
      name: "Some packages, with fresh lists",
      yaml: "- name: tools\n  apt:\n    name: [curl, jq]\n    update_cache: true",
    },
    {
      name: "A server and what it brings",
      yaml: [
        "- name: install nginx",
        "  apt:",
        "    name: nginx-light",
        "    update_cache: true",
        '    brings: ["service:nginx", "file:/etc/nginx/**", "file:/usr/**", "file:/var/**", "user:www-data"]',
      ].join("\n"),
    },
    {
      name: "Remove a package and its configuration",
      yaml: "- name: no telnet\n  apt:\n    name: telnetd\n    state: absent\n    purge: true",
    },
    {
      name: "Upgrade everything",
      yaml: "- name: upgrade\n  apt:\n    upgrade: full\n    update_cache: true\n    cache_valid_time: 3600",
    },
  ],
  observe,
  diff,
  actsAlways: (given) => maxAgeOf(given) === 0,
  mayTouch: (given) => [...broughtEffects(given), disturbs(bringsPackages), disturbs(takesPackages)],
  result: aptResult,
});

async function observe(read: Read, given: AptParams): Promise<AptState> {
  const age = maxAgeOf(given);
  const alone = requestsOf(given).length === 0 && given.deb === undefined && given.upgrade === null;
  const [packages, stale, unused, archives] = await Promise.all([
    observePackages(read, given),
    alone && age !== undefined ? read(aptListsFresh(age)).then((fresh) => !fresh) : false,
    observeUnused(read, given),
    observeArchives(read, given),
  ]);
  const state = { stale, archives, ...(packages !== undefined && { packages }) };
  if (!(unused instanceof Unknown)) return { ...state, unused };
  // What will be needed no longer matters only to a task that changes nothing else.
  // eslint-disable-next-line @typescript-eslint/only-throw-error -- An Unknown is let through as it is.
  if (packages === undefined || packageChanges(packages, given).length === 0) throw unused;
  return { ...state, unused: nothingPlanned };
}

async function observePackages(read: Read, given: AptParams): Promise<Installing | Removing | Upgrading | undefined> {
  if (given.upgrade !== null) return observeUpgrade(read, given);
  if (given.deb !== undefined) return observeDeb(read, given.deb, given);
  if (requestsOf(given).length === 0) return undefined;
  return given.state === "absent" ? observeRemove(read, given) : observeInstall(read, given);
}

function diff({ packages, stale, unused, archives }: AptState, given: AptParams): readonly Change[] {
  const changes = packages === undefined ? [] : packageChanges(packages, given);
  const update = stale || (packages !== undefined && packages.kind !== "remove" && packages.look?.update === true);
  return [
    ...(update ? [updateChange(given)] : []),
    ...changes,
    ...unusedChanges(unused, changes.length > 0, given),
    ...archivesChanges(archives, changes.length > 0, given),
  ];
}

function packageChanges(packages: Installing | Removing | Upgrading, given: AptParams): readonly Change[] {
  switch (packages.kind) {
    case "install":
      return installChanges(packages, given);
    case "remove":
      return removeChanges(packages, given);
    case "upgrade":
      return upgradeChanges(packages, given);
    default:
      return packages satisfies never;
  }
}

function updateChange(given: AptParams): Change {
  return {
    summary: "fetch the package lists",
    effects: updateEffects(maxAgeOf(given) ?? 0),
    steps: [aptUpdate(given)],
  };
}
