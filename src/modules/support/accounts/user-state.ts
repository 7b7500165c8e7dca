import { type Query, type Read, Unknown } from "../../../contract/query.js";
import { group, groupId } from "../../../probes/group.js";
import { shadow, type Shadow } from "../../../probes/shadow.js";
import { type Account, user, userGroupId, userGroups, userId } from "../../../probes/user.js";
import { type UserDefaults, userDefaults } from "../../../probes/user-defaults.js";
import { type Home, userHome } from "../../../probes/user-home.js";
import { type NewHome, observeNewHome } from "./new-home.js";
import { missingTool } from "./tools.js";
import { findGroup, groupQueries, type GroupRef } from "./user-groups.js";
import type { UserParams } from "./user-params.js";

export interface WantedGroups {
  readonly primary: GroupRef | undefined;
  /** undefined: not asked for. */
  readonly groups: readonly GroupRef[] | undefined;
}

/** What the host makes of a user that it does not have; undefined: a dry run does not know it. */
export interface Newcomer extends WantedGroups {
  readonly kind: "newcomer";
  readonly defaults: UserDefaults | undefined;
  readonly ownGroupExists: boolean | undefined;
  /** The home that is asked for. */
  readonly home: Home | undefined;
  readonly newHome: NewHome | undefined;
}

export interface Resident extends WantedGroups {
  readonly kind: "resident";
  readonly account: Account;
  /** These are undefined where a dry run does not know them and nobody asks. */
  readonly uid: number | undefined;
  readonly gid: number | undefined;
  readonly memberOf: readonly string[] | undefined;
  readonly shadow: Shadow | undefined;
  /** Of the account as it is, and the one that is asked for. */
  readonly home: Home | undefined;
  readonly target: Home | undefined;
  readonly homeMode: number;
}

export interface Nobody {
  readonly kind: "nobody";
}

export type UserState = (Newcomer | Resident | Nobody) & { readonly missing: string | undefined };

/** Asks everything in one wave, but for the home of a new user; what turns out to be needed and is not known in a dry run then ends it. */
export async function observeUser(read: Read, given: UserParams): Promise<UserState> {
  const [missing] = await Promise.all([
    missingTool(read, given.state === "absent" ? ["userdel"] : ["useradd"]),
    ...queries(given).map((query) => read.maybe(query)),
  ]);
  const account = await read(user(given.name));
  if (account === null)
    return { ...(given.state === "absent" ? { kind: "nobody" } : await newcomer(read, given)), missing };
  return { ...(await resident(read, given, account)), missing };
}

function queries(given: UserParams): readonly Query<unknown>[] {
  const { name } = given;
  const home = { user: name, path: null };
  const always = [user(name), userId(name), userGroupId(name), userGroups(name), userHome(home), userDefaults(null)];
  if (given.state === "absent") return always;
  const wanted = [...(given.group === undefined ? [] : [given.group]), ...(given.groups ?? [])];
  return [
    ...always,
    ...(asksShadow(given) ? [shadow(name)] : []),
    ...(given.home === undefined ? [] : [userHome({ user: name, path: given.home })]),
    ...(given.group === undefined ? [group(name)] : []),
    ...wanted.flatMap(groupQueries),
  ];
}

/** Only root may read it, so it is left alone unless something in it is asked for. */
function asksShadow({ state, password, update_password, password_lock, expires }: UserParams): boolean {
  if (state === "absent") return false;
  const always = password !== undefined && update_password === "always";
  return always || password_lock !== undefined || expires !== undefined;
}

async function wantedGroups(read: Read, given: UserParams, certain = false): Promise<WantedGroups> {
  if (given.state === "absent") return { primary: undefined, groups: undefined };
  const [primary, groups] = await Promise.all([
    given.group === undefined ? undefined : findGroup(read, given.group, certain),
    given.groups && Promise.all(given.groups.map((one) => findGroup(read, one, certain))),
  ]);
  return { primary, groups };
}

async function newcomer(read: Read, given: UserParams): Promise<Newcomer> {
  const [wanted, defaults, ownGroupExists, home] = await Promise.all([
    wantedGroups(read, given),
    known(read, userDefaults(null)),
    given.group === undefined ? known(read, group(given.name)) : true,
    given.home === undefined ? undefined : known(read, userHome({ user: given.name, path: given.home })),
  ]);
  const newHome = await observeNewHome(read, given, defaults);
  return { kind: "newcomer", ...wanted, defaults, ownGroupExists, home: home ?? undefined, newHome };
}

async function resident(read: Read, given: UserParams, account: Account): Promise<Resident> {
  const { name } = given;
  const wanted = await wantedGroups(read, given, true);
  if (wanted.primary?.id === undefined && given.group !== undefined && given.state === "present")
    await sureOfNumber(read, given.group);
  const present = given.state === "present";
  const take = <V>(query: Query<V>, needed: boolean): Promise<V | undefined> =>
    needed && present ? read(query) : known(read, query);
  const moves = given.home !== undefined && given.home !== account.home;
  const [uid, gid, memberOf, shadowNow, home, target, defaults] = await Promise.all([
    take(userId(name), given.uid !== undefined),
    take(userGroupId(name), wanted.primary !== undefined || wanted.groups !== undefined),
    take(userGroups(name), wanted.groups !== undefined),
    asksShadow(given) ? read(shadow(name)) : undefined,
    take(userHome({ user: name, path: null }), moves ? given.move_home : given.create_home),
    given.home === undefined ? undefined : take(userHome({ user: name, path: given.home }), moves),
    known(read, userDefaults(null)),
  ]);
  return {
    kind: "resident",
    ...wanted,
    account,
    uid: uid ?? undefined,
    gid: gid ?? undefined,
    memberOf,
    shadow: shadowNow ?? undefined,
    home: home ?? undefined,
    target: target ?? undefined,
    homeMode: defaults?.homeMode ?? 0o755,
  };
}

/** Whether it is the user's group is not known of one whose number is not: unless it is a new one, which is nobody's. */
async function sureOfNumber(read: Read, name: string): Promise<void> {
  const id = await read.maybe(groupId(name));
  if (!(id instanceof Unknown) || id.was !== null) await read(groupId(name));
}

async function known<V>(read: Read, query: Query<V>): Promise<V | undefined> {
  const value = await read.maybe(query);
  return value instanceof Unknown ? undefined : value;
}
