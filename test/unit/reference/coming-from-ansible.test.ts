import { readFileSync } from "node:fs";
import { expect } from "chai";
import { registry } from "../../../src/modules/index.js";

const words = (text: string): readonly string[] => text.split(/\s+/).filter((word) => word !== "");

/** What 25 public repositories of playbooks use, from most to least. */
const MODULES = words(`
  file template command set_fact import_role include_tasks import_tasks shell copy fail service stat include_role apt package
  assert systemd debug lineinfile meta wait_for import_playbook uri get_url user git pip cron group apt_repository pause
  replace find slurp setup unarchive mount include_vars package_facts fetch sysctl add_host apt_key script mysql_user group_by
  getent blockinfile authorized_key modprobe mysql_db raw service_facts alternatives synchronize ini_file hostname timezone
  locale_gen reboot tempfile ufw`);
const KEYWORDS = words(`
  name when tags register become changed_when loop vars notify block until delegate_to run_once retries delay
  environment failed_when loop_control no_log become_user check_mode ignore_errors rescue always throttle
  any_errors_fatal async poll become tasks roles gather_facts pre_tasks serial vars_files max_fail_percentage post_tasks
  vars_prompt strategy hosts handlers order force_handlers module_defaults ignore_unreachable delegate_facts action
  args diff collections debugger connection port remote_user become_method become_flags become_exe gather_subset gather_timeout
  fact_path timeout`);
const FLAGS = words(`
  -i -e -t -v -D -b -l --syntax-check --skip-tags -u --become-user --private-key -K -k -C --list-hosts --list-tasks --list-tags -f
  --step --start-at-task --force-handlers --vault-password-file --vault-id -J --flush-cache -c -T --become-method
  --become-password-file --connection-password-file --ssh-common-args --ssh-extra-args --sftp-extra-args -M`);
const HELPERS = words(`
  default bool to_json length join combine int list lower map regex_replace selectattr from_yaml ternary unique first indent
  to_nice_yaml replace basename quote flatten dict2items b64encode b64decode difference password_hash ipaddr defined succeeded
  version failed changed env file template pipe password first_found`);
const MAGIC = words(`
  item groups inventory_hostname omit hostvars group_names role_path ansible_check_mode play_hosts ansible_play_batch
  ansible_play_hosts role_name playbook_dir inventory_dir ansible_loop ansible_failed_task ansible_failed_result ansible_limit
  ansible_run_tags ansible_version`);

const page = readFileSync("docs/coming-from-ansible.md", "utf8");

/** The rows of a section's table: what stands in their first column between backticks, and the rest. */
function rowsOf(heading: string): readonly { readonly names: readonly string[]; readonly rest: string }[] {
  const section = page.split(/^## /m).find((part) => part.startsWith(`${heading}\n`)) ?? "";
  const lines = section.split("\n").filter((line) => line.startsWith("|"));
  return lines.slice(2).map((line) => {
    const [, first = "", ...rest] = line.split(/(?<!\\)\|/);
    return { names: [...first.matchAll(/`([^`]+)`/g)].map((match) => match[1] ?? ""), rest: rest.join("|").trim() };
  });
}

describe("docs/coming-from-ansible.md", () => {
  for (const [heading, wanted] of [
    ["Modules", MODULES],
    ["Keywords", KEYWORDS],
    ["Flags", FLAGS],
    ["Magic names", MAGIC],
  ] as const)
    it(`says of each of the ${heading.toLowerCase()} that people use where it stands`, () => {
      const rows = rowsOf(heading);
      const told = rows.filter(({ rest }) => rest !== "").flatMap(({ names }) => names);
      expect(wanted.filter((name) => !told.includes(name))).to.deep.equal([]);
    });

  it("says of the keywords that are in no list of Ansible's where they stand", () => {
    const [, behind = ""] = /^Besides them: ([\s\S]*?)\n\n/m.exec(page) ?? [];
    for (const name of ["local_action", "listen", "with_…", "with_env", "include"])
      expect(behind).to.include(`\`${name}\``);
  });

  it("says of no module that it is there, or not, when that is not so", () => {
    const imports = ["import_role", "import_tasks", "import_playbook"];
    const wrong = rowsOf("Modules").flatMap(({ names, rest }) =>
      names.filter((name) => (registry.has(name) || imports.includes(name)) !== rest.startsWith("yes")),
    );
    expect(wrong).to.deep.equal([]);
    const told = rowsOf("Modules").flatMap(({ names }) => names);
    expect([...registry.keys()].filter((name) => !told.includes(name) && !name.includes("."))).to.deep.equal([]);
  });

  it("has each filter, test and lookup that people use in the table of expressions", () => {
    const table = readFileSync("docs/expressions.md", "utf8");
    expect(HELPERS.filter((name) => !new RegExp(`\\b${name}\\b`).test(table))).to.deep.equal([]);
  });
});
