import { disturbs, type Change } from "../contract/change.js";
import { defineModule } from "../contract/module.js";
import type { Read } from "../contract/query.js";
import { type CronParams, cronParams } from "./support/cron/params.js";
import { namesIn, withEntry } from "./support/cron/table.js";
import { observeTable, tableChanges, type UserTable } from "./support/cron/user-table.js";
import { type Edit, editChanges, editResult, observeEdit } from "./support/edit/edit.js";
import { type Absent, absentChanges, observeAbsent } from "./support/file/absent.js";
import { pathMayTouch } from "./support/path-may-touch.js";

type CronState = { readonly after: string } & (
  | { readonly kind: "table"; readonly table: UserTable }
  | { readonly kind: "file"; readonly edit: Edit }
  /** Nothing is left in it. */
  | { readonly kind: "gone"; readonly path: string; readonly file: Absent }
);

export const cron = defineModule<CronParams, CronState>({
  name: "cron",
  summary: "Make an entry or a variable of cron be there, or not",
  description: [
    "Entries are found by the marker that Ansible writes, so that its entries are taken over; an equal line without a marker gets",
    "one. A user's crontab is written by the program crontab, from stdin; a `cron_file` is a file of its own.",
    "",
    "An entry whose `cron_file` cron would pass over because of its name is refused.",
  ].join("\n"),
  class: "state",
  params: cronParams,
  waves: 4,
  returns: {
    jobs: "Names of all entries that are there now.",
    envs: "Names of all variables.",
    state: "As given.",
    cron_file: "Its path.",
    backup_file: "The copy of the old file, when one was made.",
  },
  examples: [
    {
      name: "Every night",
      yaml: '- name: dump the database\n  cron:\n    name: nightly dump\n    minute: "30"\n    hour: "2"\n    user: root\n    job: /usr/local/sbin/dump-site',
    },
    {
      name: "In a file of its own",
      yaml: "- name: after each boot\n  cron:\n    name: warm the cache\n    cron_file: site\n    user: app\n    special_time: reboot\n    job: /srv/app/bin/warm",
    },
    {
      name: "A variable for the entries below it",
      yaml: "- name: mail to us\n  cron:\n    name: MAILTO\n    env: true\n    job: ops@example.org",
    },
    { name: "Gone", yaml: "- name: no dump\n  cron:\n    name: nightly dump\n    user: root\n    state: absent" },
  ],
  observe,
  diff: (state): readonly Change[] => {
    switch (state.kind) {
      case "table":
        return tableChanges(state.table, state.after);
      case "file":
        return editChanges(state.edit);
      case "gone":
        return absentChanges(state.file, state);
      default:
        return state satisfies never;
    }
  },
  mayTouch: ({ user, cron_file }) =>
    cron_file === undefined ? [disturbs(`system:crontab/${user ?? "*"}`)] : pathMayTouch(cron_file),
  result: (_outputs, { state, cron_file }, found) => {
    const backup = found.kind === "file" ? editResult(found.edit)["backup_file"] : undefined;
    return {
      ...namesIn(found.after),
      state,
      cron_file: cron_file ?? null,
      ...(backup !== undefined && { backup_file: backup }),
    };
  },
});

async function observe(read: Read, given: CronParams): Promise<CronState> {
  const { cron_file: path, backup } = given;
  if (path === undefined) {
    const table = await observeTable(read, given.user);
    return { kind: "table", table, after: withEntry(table.text, given) };
  }
  const seen = { before: "", after: "" };
  const edit = await observeEdit(
    read,
    path,
    ({ text, word }) => {
      const own = { ...given, name: word(given.name), job: word(given.job) };
      seen.before = text;
      seen.after = withEntry(text, own);
      return { text: seen.after, result: {} };
    },
    { attributes: {}, backup, missing: given.state === "absent" ? "ignore" : "create" },
  );
  const isEmptied = given.state === "absent" && seen.before !== seen.after && seen.after.trim() === "";
  if (!isEmptied) return { kind: "file", edit, after: seen.after };
  return { kind: "gone", path, after: "", file: await observeAbsent(read, { path }) };
}
