import type { Read } from "../../contract/query.js";
import type { ExecStep } from "../../contract/step.js";
import { accountName } from "../../probes/account-name.js";
import type { Entry } from "../../probes/file-entry.js";
import type { LaneUser } from "../../probes/lane-user.js";
import { text } from "../values.js";
import { mode, resolveMode, showMode } from "./mode.js";

export const attributeParams = {
  mode: mode()
    .optional()
    .describe(
      'Permissions, as text: `"0644"` or `"u=rw,g=r,o="`. Absent: as they are; a new file gets 0666 less the umask.',
    ),
  owner: text().optional().describe("Owner: name or number. Absent: as it is; a new file gets the user who writes it."),
  group: text().optional().describe("Group: name or number. Absent: as it is; a new file gets that user's group."),
};

export interface AttributeParams {
  readonly mode?: string | undefined;
  readonly owner?: string | undefined;
  readonly group?: string | undefined;
}

/** What owner and group are called on the host: a number is compared by its name, where it has one. */
export interface AccountNames {
  readonly owner?: string;
  readonly group?: string;
}

export async function readNames(read: Read, given: AttributeParams): Promise<AccountNames> {
  const name = async (kind: "user" | "group", account: string | undefined): Promise<string | undefined> =>
    account !== undefined && /^\d+$/.test(account)
      ? ((await read(accountName({ kind, id: Number(account) }))) ?? account)
      : account;
  const [owner, group] = await Promise.all([name("user", given.owner), name("group", given.group)]);
  return { ...(owner !== undefined && { owner }), ...(group !== undefined && { group }) };
}

/** Mode, owner and group. */
export type Attributes = Pick<Entry, "mode" | "owner" | "group">;

/** What a new entry in a folder gets when nothing is said: a setgid folder passes its group on. */
export function defaults(type: "file" | "directory", lane: LaneUser, folder: Entry | null): Attributes {
  const setgid = folder !== null && (folder.mode & 0o2000) !== 0;
  const bits = (type === "file" ? 0o666 : 0o777) & ~lane.umask;
  return {
    mode: type === "directory" && setgid ? bits | 0o2000 : bits,
    owner: lane.user,
    group: setgid ? folder.group : lane.group,
  };
}

/** What is asked for, the rest as in `base`. */
export function wantedAttributes(
  given: AttributeParams,
  names: AccountNames,
  base: Attributes,
  kind: { readonly isDirectory: boolean; readonly umask: number },
): Attributes {
  return {
    mode: given.mode === undefined ? base.mode : resolveMode(given.mode, { mode: base.mode, ...kind }),
    owner: names.owner ?? base.owner,
    group: names.group ?? base.group,
  };
}

export function sameAttributes(a: Attributes, b: Attributes): boolean {
  return a.mode === b.mode && a.owner === b.owner && a.group === b.group;
}

/** For the diff. */
export function shownAttributes(given: Attributes): Readonly<Record<string, string>> {
  return { mode: showMode(given.mode), owner: given.owner, group: given.group };
}

/** `mode 0644 → 0600, owner root → app` */
export function attributeWords(before: Attributes, after: Attributes): string {
  const [from, to] = [shownAttributes(before), shownAttributes(after)];
  return Object.keys(to)
    .filter((key) => from[key] !== to[key])
    .map((key) => `${key} ${from[key] ?? ""} → ${to[key] ?? ""}`)
    .join(", ");
}

/** Five digits: with fewer, GNU chmod keeps the setgid bit of a folder. */
export function modeArgument(bits: number): string {
  return bits.toString(8).padStart(5, "0");
}

/**
 * Makes what is there have the attributes. chown goes first, since it takes setuid and setgid away; it never follows a
 * link. `path` must be canonical.
 */
export function attributeSteps(path: string, before: Attributes, after: Attributes): readonly ExecStep[] {
  const owner = before.owner === after.owner ? "" : after.owner;
  const group = before.group === after.group ? "" : `:${after.group}`;
  const chown = owner + group !== "";
  const steps: ExecStep[] = [];
  if (chown) steps.push({ do: "exec", argv: ["chown", "-h", "--", owner + group, path] });
  if (before.mode !== after.mode || (chown && (after.mode & 0o6000) !== 0)) {
    steps.push({ do: "exec", argv: ["chmod", "--", modeArgument(after.mode), path] });
  }
  return steps;
}
