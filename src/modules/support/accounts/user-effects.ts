import { becomes, disturbs, type Effect } from "../../../contract/change.js";
import { membersSubject } from "../../../probes/group.js";
import { shadow, type Shadow } from "../../../probes/shadow.js";
import { type Account, user, userGroupId, userGroups, userId } from "../../../probes/user.js";
import { type Home, userHome } from "../../../probes/user-home.js";

/** All that is known of a user after a change. What is left out is not known then. */
export interface After {
  readonly account?: Account | null | undefined;
  readonly uid?: number | null | undefined;
  readonly gid?: number | null | undefined;
  readonly groups?: readonly string[] | undefined;
  readonly shadow?: Shadow | null | undefined;
  readonly home?: Home | null | undefined;
  /** The same home, when the task names one. */
  readonly named?: Home | undefined;
}

/** One answer about a user disturbs the others, so all that is known is said again. */
export function userEffects(name: string, after: After): readonly Effect[] {
  return [
    disturbs(`user:${name}`),
    ...(after.account === undefined ? [] : [becomes(user(name), after.account)]),
    ...(after.uid === undefined ? [] : [becomes(userId(name), after.uid)]),
    ...(after.gid === undefined ? [] : [becomes(userGroupId(name), after.gid)]),
    ...(after.groups === undefined ? [] : [becomes(userGroups(name), after.groups)]),
    ...(after.shadow === undefined ? [] : [becomes(shadow(name), after.shadow)]),
    ...(after.home === undefined ? [] : [becomes(userHome({ user: name, path: null }), after.home)]),
    ...(after.named === undefined ? [] : [becomes(userHome({ user: name, path: after.named.path }), after.named)]),
    // /etc/shadow is left out: every reading of a password depends on it, and one user's says nothing of another's.
    ...["passwd", "group", "gshadow", "subuid", "subgid"].map((file) => disturbs(`file:/etc/${file}`)),
  ];
}

/** Who is a member before or after, but not both. */
export function membershipEffects(before: readonly string[], after: readonly string[]): readonly Effect[] {
  const differing = [
    ...before.filter((name) => !after.includes(name)),
    ...after.filter((name) => !before.includes(name)),
  ];
  return differing.map((name) => disturbs(membersSubject(name)));
}

/** The folder and all in it, and the folders above it that were made for it. */
export function folderEffects(path: string, missing: readonly string[] = []): readonly Effect[] {
  return [...new Set([...missing, path])]
    .map((folder) => disturbs(`file:${folder}`))
    .concat(disturbs(`file:${path}/**`));
}
