import { becomes, type Change, disturbs, type Effect } from "../../../contract/change.js";
import { newNumber, numbersSubject } from "../../../probes/account-name.js";
import { group, groupId, groupMembers, membersSubject } from "../../../probes/group.js";
import type { GroupParams } from "./group-params.js";

const FILES = [disturbs("file:/etc/group"), disturbs("file:/etc/gshadow")];

/** Files are shown with the names of their owners: who has a number decides what is read there. */
const OWNERS = disturbs("file:*");

export function createGroup({ name, gid, system, non_unique }: GroupParams): Change {
  const options = [...(system ? ["-r"] : []), ...numbered(gid, non_unique)];
  return {
    summary: `create group ${name}`,
    title: `group ${name}`,
    before: null,
    after: { gid: gid ?? "the next free one" },
    effects: [...bornGroup(name, gid), becomes(groupMembers(name), []), ...FILES],
    steps: [{ do: "exec", argv: ["groupadd", ...options, "--", name] }],
  };
}

/** What is known of a group that did not exist. Its number is the host's choice unless it is given. */
export function bornGroup(name: string, gid: number | undefined): readonly Effect[] {
  const number = gid === undefined ? [] : [becomes(groupId(name), gid)];
  return [becomes(group(name), true), becomes(groupMembers(name), []), ...number, disturbs(newNumber("group"))];
}

/** Users whose primary group it is follow the number; files do not. */
export function renumberGroup({ name, non_unique }: GroupParams, from: number, gid: number): Change {
  return {
    summary: `change gid of group ${name} from ${from} to ${gid}`,
    title: `group ${name}`,
    before: { gid: from },
    after: { gid },
    effects: [
      becomes(group(name), true),
      becomes(groupId(name), gid),
      disturbs(numbersSubject("group")),
      disturbs("user:*"),
      OWNERS,
    ],
    steps: [{ do: "exec", argv: ["groupmod", ...numbered(gid, non_unique), "--", name] }],
  };
}

export function removeGroup({ name, force }: GroupParams, members: readonly string[] | null): Change {
  return {
    summary: `remove group ${name}`,
    effects: [
      becomes(group(name), false),
      becomes(groupId(name), null),
      becomes(groupMembers(name), null),
      disturbs(numbersSubject("group")),
      disturbs(membersSubject(name)),
      ...(members === null ? [disturbs("user:*")] : members.map((member) => disturbs(`user:${member}`))),
      OWNERS,
    ],
    steps: [{ do: "exec", argv: ["groupdel", ...(force ? ["-f"] : []), "--", name] }],
  };
}

function numbered(gid: number | undefined, nonUnique: boolean): readonly string[] {
  return gid === undefined ? [] : ["-g", String(gid), ...(nonUnique ? ["-o"] : [])];
}
