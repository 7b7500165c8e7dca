import { type Change, disturbs } from "../../../contract/change.js";
import { numbersSubject } from "../../../probes/account-name.js";
import { membersSubject } from "../../../probes/group.js";
import { folderEffects, userEffects } from "./user-effects.js";
import type { UserParams } from "./user-params.js";
import type { Resident } from "./user-state.js";

export function removeUser({ memberOf, account }: Resident, { name, remove, force }: UserParams): Change {
  return {
    summary: `remove user ${name}${remove ? " and the home" : ""}`,
    effects: [
      ...userEffects(name, { account: null, uid: null, gid: null, groups: [], shadow: null, home: null }),
      disturbs(numbersSubject("user")),
      // The group of the same name goes, too, unless somebody else is in it.
      disturbs(numbersSubject("group")),
      disturbs(`group:${name}`),
      ...(memberOf === undefined ? [disturbs("group:*")] : memberOf.map((one) => disturbs(membersSubject(one)))),
      ...(remove ? folderEffects(account.home) : []),
      // Files are shown with the name of their owner.
      disturbs("file:*"),
    ],
    steps: [{ do: "exec", argv: ["userdel", ...(force ? ["-f"] : []), ...(remove ? ["-r"] : []), "--", name] }],
  };
}
