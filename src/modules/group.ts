import { disturbs } from "../contract/change.js";
import { defineModule } from "../contract/module.js";
import { type Read, Unknown } from "../contract/query.js";
import { group as groupProbe, groupId, groupMembers } from "../probes/group.js";
import { createGroup, removeGroup, renumberGroup } from "./support/accounts/group-change.js";
import { type GroupParams, groupParams } from "./support/accounts/group-params.js";
import { missingTool, noTool } from "./support/accounts/tools.js";

interface GroupState {
  readonly exists: boolean;
  /** null: none, or a dry run does not know it and nobody asks. */
  readonly gid: number | null;
  /** Only of a group that is to go. null: not known. */
  readonly members: readonly string[] | null;
  readonly missing: string | undefined;
}

export const group = defineModule<GroupParams, GroupState>({
  name: "group",
  summary: "Make groups of users exist or not",
  description: [
    "Files keep the number of a group that was removed or got another number.",
    "",
    "`local` changes nothing: shadow's tools only ever write /etc/group. A group of that name from a directory service",
    "counts as present.",
  ].join("\n"),
  class: "state",
  params: groupParams,
  returns: {
    name: "The name.",
    state: "`present` or `absent`.",
    gid: "The number, when it is there or was given; null otherwise.",
    system: "As given.",
  },
  examples: [
    {
      name: "A group for an application",
      yaml: "- name: group of the application\n  group:\n    name: app\n    system: true",
    },
    { name: "With a number of its own", yaml: "- name: shared files\n  group:\n    name: media\n    gid: 1500" },
    { name: "Gone", yaml: "- name: no games\n  group:\n    name: gamers\n    state: absent" },
  ],
  observe,
  diff: (state, given) => {
    const changes = changesOf(state, given);
    if (changes.length > 0 && state.missing !== undefined) throw noTool(state.missing);
    return changes;
  },
  mayTouch: ({ name }) => [disturbs(`group:${name}`)],
  result: (_outputs, given, state) => ({
    name: given.name,
    state: given.state,
    system: given.system,
    gid: given.state === "absent" ? null : (given.gid ?? state.gid),
  }),
});

async function observe(read: Read, given: GroupParams): Promise<GroupState> {
  const absent = given.state === "absent";
  const [exists, gid, members, missing] = await Promise.all([
    read(groupProbe(given.name)),
    given.gid === undefined ? read.maybe(groupId(given.name)) : read(groupId(given.name)),
    absent ? read.maybe(groupMembers(given.name)) : null,
    missingTool(read, [absent ? "groupdel" : "groupadd"]),
  ]);
  const known = <V>(value: V | Unknown): V | null => (value instanceof Unknown ? null : value);
  return { exists, gid: known(gid), members: known(members), missing };
}

function changesOf({ exists, gid, members }: GroupState, given: GroupParams) {
  if (given.state === "absent") return exists ? [removeGroup(given, members)] : [];
  if (!exists) return [createGroup(given)];
  return given.gid === undefined || gid === null || gid === given.gid ? [] : [renumberGroup(given, gid, given.gid)];
}
