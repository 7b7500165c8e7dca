import { type Change, disturbs, type Effect } from "../../../contract/change.js";
import type { Step } from "../../../contract/step.js";
import { numbersSubject } from "../../../probes/account-name.js";
import type { Home } from "../../../probes/user-home.js";
import { makeHome } from "./home.js";
import { type PasswordChange, passwordChange, setPassword } from "./password.js";
import { dateOf } from "./user-create.js";
import { folderEffects, membershipEffects, userEffects } from "./user-effects.js";
import { groupsAfter } from "./user-groups.js";
import type { UserParams } from "./user-params.js";
import type { Resident } from "./user-state.js";

/** What differs from what is asked for; undefined: nothing. */
interface Difference {
  readonly uid: number | undefined;
  /** A name: that of a group whose number a dry run does not know. */
  readonly gid: number | string | undefined;
  readonly groups: readonly string[] | undefined;
  readonly comment: string | undefined;
  readonly home: string | undefined;
  readonly shell: string | undefined;
  readonly expires: number | null | undefined;
  readonly password: PasswordChange | undefined;
  /** The home that is to be made. */
  readonly newHome: Home | undefined;
}

export function changeUser(state: Resident, given: UserParams): readonly Change[] {
  const difference = compare(state, given);
  if (Object.values(difference).every((value) => value === undefined)) return [];
  const { before, after } = shown(state, difference);
  return [
    {
      summary: `change user ${given.name}: ${Object.keys(after).join(", ")}`,
      title: `user ${given.name}`,
      before,
      after,
      effects: effects(state, given, difference),
      steps: steps(state, given, difference),
    },
  ];
}

function compare(state: Resident, given: UserParams): Difference {
  const { account, memberOf = [], shadow, primary } = state;
  const other = <V>(wanted: V | undefined, is: V | undefined): V | undefined => (wanted === is ? undefined : wanted);
  const home = other(given.home, account.home);
  return {
    uid: other(given.uid, state.uid),
    gid: primary && (primary.id === undefined ? primary.name : other(primary.id, state.gid)),
    groups:
      state.groups &&
      groupsAfter(memberOf, state.groups, { append: given.append, gid: (primary ? primary.id : state.gid) ?? -1 }),
    comment: other(given.comment, account.comment),
    home,
    shell: other(given.shell, account.shell),
    expires: other(given.expires, shadow?.expiresDay),
    password: shadow && passwordChange(shadow, given),
    newHome: given.create_home ? homeToMake(state, given, home !== undefined) : undefined,
  };
}

function homeToMake({ home, target }: Resident, given: UserParams, moves: boolean): Home | undefined {
  if (moves && given.move_home && home?.missing.length === 0) return undefined;
  const wanted = moves ? target : home;
  return wanted === undefined || wanted.missing.length === 0 ? undefined : wanted;
}

function shown(state: Resident, difference: Difference) {
  const { account, memberOf, shadow } = state;
  const { uid, gid, groups, comment, home, shell, expires, password, newHome } = difference;
  const rows: readonly (readonly [string, string | number | null | undefined, string | number | null])[] = [
    ["uid", uid, state.uid ?? null],
    ["gid", gid, state.gid ?? null],
    ["groups", groups?.join(","), memberOf?.join(",") ?? null],
    ["comment", comment, account.comment],
    ["home", home, account.home],
    ["shell", shell, account.shell],
    [
      "expires",
      expires === undefined ? undefined : dateOf(expires) || "never",
      dateOf(shadow?.expiresDay ?? null) || "never",
    ],
    [
      "password",
      password && (password.lock === "-L" ? "locked" : password.lock === "-U" ? "unlocked" : "another"),
      "as it is",
    ],
    ["home folder", newHome?.path, null],
  ];
  const differing = rows.flatMap(([key, to, from]) => (to === undefined ? [] : [{ key, to, from }]));
  return {
    before: Object.fromEntries(differing.map(({ key, from }) => [key, from])),
    after: Object.fromEntries(differing.map(({ key, to }) => [key, to])),
  };
}

function steps({ homeMode }: Resident, given: UserParams, difference: Difference): readonly Step[] {
  const { uid, gid, groups, comment, home, shell, expires, password, newHome } = difference;
  const options = [
    ...(uid === undefined ? [] : ["-u", String(uid), ...(given.non_unique ? ["-o"] : [])]),
    ...(gid === undefined ? [] : ["-g", String(gid)]),
    ...(groups === undefined ? [] : ["-G", groups.join(",")]),
    ...(comment === undefined ? [] : ["-c", comment]),
    ...(home === undefined ? [] : ["-d", home, ...(given.move_home ? ["-m"] : [])]),
    ...(shell === undefined ? [] : ["-s", shell]),
    ...(expires === undefined ? [] : ["-e", dateOf(expires)]),
    ...(password?.lock === undefined ? [] : [password.lock]),
  ];
  const made: Step[] = [];
  if (options.length > 0) made.push({ do: "exec", argv: ["usermod", ...options, "--", given.name] });
  if (password !== undefined && password.lock === undefined) made.push(setPassword(given.name, password.after));
  if (newHome !== undefined) made.push(...makeHome(given.name, newHome.path, given.skeleton ?? "/etc/skel", homeMode));
  return made;
}

function effects(state: Resident, given: UserParams, difference: Difference): readonly Effect[] {
  const { account, memberOf, shadow } = state;
  const { uid, gid, groups, comment, home, shell, expires, password, newHome } = difference;
  const after = { comment: comment ?? account.comment, home: home ?? account.home, shell: shell ?? account.shell };
  const folder = home === undefined ? state.home : state.target;
  const there =
    newHome !== undefined || folder?.missing.length === 0 || (given.move_home && state.home?.missing.length === 0);
  const homeAfter = there ? { path: after.home, missing: [] } : folder && { ...folder, path: after.home };
  return [
    ...userEffects(given.name, {
      account: after,
      uid: uid ?? state.uid,
      gid: typeof gid === "string" ? undefined : (gid ?? state.gid),
      groups: groups ?? memberOf,
      shadow: shadow && {
        password: password?.after ?? shadow.password,
        expiresDay: expires === undefined ? shadow.expiresDay : expires,
      },
      home: homeAfter,
      named: given.home === undefined ? undefined : homeAfter,
    }),
    ...(groups === undefined ? [] : membershipEffects(memberOf ?? [], groups)),
    ...(uid === undefined ? [] : [disturbs(numbersSubject("user")), disturbs("file:*")]),
    // What is in the home follows the new group.
    ...(gid === undefined ? [] : folderEffects(account.home)),
    ...(home === undefined ? [] : [...folderEffects(account.home), ...folderEffects(home, state.target?.missing)]),
    ...(newHome === undefined ? [] : folderEffects(newHome.path, newHome.missing)),
  ];
}
