import { type Change, disturbs } from "../contract/change.js";
import { defineModule } from "../contract/module.js";
import { pathMayTouch } from "./support/path-may-touch.js";
import { noTool } from "./support/accounts/tools.js";
import { createUser } from "./support/accounts/user-create.js";
import { changeUser } from "./support/accounts/user-modify.js";
import { type UserParams, userParams } from "./support/accounts/user-params.js";
import { removeUser } from "./support/accounts/user-remove.js";
import { userResult } from "./support/accounts/user-result.js";
import { observeUser, type UserState } from "./support/accounts/user-state.js";

export const user = defineModule<UserParams, UserState>({
  name: "user",
  summary: "Make users exist or not, with their groups, home and password",
  description: [
    "`groups` is the whole list unless `append: true`: the user leaves the others. Groups must exist; make them in an",
    "earlier task.",
    "",
    "A home that is missing is made also for a user who is there, unless `create_home: false`. `password` is a hash and",
    "travels by stdin, never in arguments that others can read; a plain password is refused. Keys for SSH are not made",
    "(`generate_ssh_key`).",
    "",
    "In a dry run the number of a new user is unknown unless uid is given, and so is its group's. Its home holds what is in",
    "the skeleton and nothing else.",
  ].join("\n"),
  class: "state",
  waves: 2,
  params: userParams,
  secrets: ["password"],
  returns: {
    name: "The name.",
    state: "`present` or `absent`.",
    uid: "The number.",
    group: "Number of the primary group.",
    groups: "The other groups as given, with commas; only when they are given.",
    home: "The home folder.",
    shell: "The login shell.",
    comment: "The comment.",
    append: "As given.",
    create_home: "As given.",
    move_home: "As given.",
    system: "As given.",
    remove: "As given, with `absent`.",
    force: "As given, with `absent`.",
  },
  examples: [
    {
      name: "An account for a service",
      yaml: "- name: who the application runs as\n  user:\n    name: app\n    system: true\n    home: /srv/app\n    shell: /usr/sbin/nologin",
    },
    {
      name: "A person with more groups",
      yaml: "- name: ada\n  user:\n    name: ada\n    comment: Ada Lovelace\n    groups: [adm, www-data]\n    append: true\n    shell: /bin/bash",
    },
    {
      name: "Gone with the home",
      yaml: "- name: no guest\n  user:\n    name: guest\n    state: absent\n    remove: true",
    },
  ],
  observe: observeUser,
  diff: (state, given) => {
    const changes = changesOf(state, given);
    if (changes.length > 0 && state.missing !== undefined) throw noTool(state.missing);
    return changes;
  },
  mayTouch: ({ name, home }) => [
    disturbs(`user:${name}`),
    disturbs(`group:${name}`),
    ...pathMayTouch(home ?? `/home/${name}`),
  ],
  result: userResult,
});

function changesOf(state: UserState, given: UserParams): readonly Change[] {
  switch (state.kind) {
    case "nobody":
      return [];
    case "newcomer":
      return [createUser(state, given)];
    case "resident":
      return given.state === "absent" ? [removeUser(state, given)] : changeUser(state, given);
    default:
      return state satisfies never;
  }
}
