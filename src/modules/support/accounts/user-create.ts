import { type Change, disturbs, type Effect } from "../../../contract/change.js";
import type { Step } from "../../../contract/step.js";
import { newNumber } from "../../../probes/account-name.js";
import type { Account } from "../../../probes/user.js";
import type { Home } from "../../../probes/user-home.js";
import { bornGroup } from "./group-change.js";
import { newHomeEffects } from "./new-home.js";
import { firstPassword, setPassword } from "./password.js";
import { folderEffects, membershipEffects, userEffects } from "./user-effects.js";
import type { UserParams } from "./user-params.js";
import type { Newcomer } from "./user-state.js";

export function createUser(state: Newcomer, given: UserParams): Change {
  const { name, password } = given;
  const steps: Step[] = [{ do: "exec", argv: ["useradd", ...options(state, given), "--", name] }];
  if (password !== undefined) steps.push(setPassword(name, firstPassword(given)));
  // The numbers that the host chose are what `register` wants to know.
  steps.push({ do: "exec", argv: ["id", name] });
  const account = newAccount(state, given);
  return {
    summary: `create user ${name}`,
    title: `user ${name}`,
    before: null,
    after: {
      uid: given.uid ?? "the next free one",
      ...(state.primary !== undefined && { group: state.primary.name }),
      ...(state.groups !== undefined && { groups: state.groups.map((one) => one.name).join(",") }),
      ...(account !== undefined && { ...account }),
      ...(password !== undefined && { password: "set" }),
    },
    effects: effects(state, given, account),
    steps,
  };
}

function options(state: Newcomer, given: UserParams): readonly string[] {
  const { uid, group, groups, comment, home, shell, expires, skeleton } = given;
  return [
    ...(given.system ? ["-r"] : []),
    ...(uid === undefined ? [] : ["-u", String(uid), ...(given.non_unique ? ["-o"] : [])]),
    ...(group === undefined ? [] : ["-g", group]),
    // useradd refuses to make a group that is there already.
    ...(group === undefined && state.ownGroupExists === true ? ["-N"] : []),
    ...(groups === undefined || groups.length === 0 ? [] : ["-G", groups.join(",")]),
    ...(comment === undefined ? [] : ["-c", comment]),
    ...(home === undefined ? [] : ["-d", home]),
    ...(shell === undefined ? [] : ["-s", shell]),
    ...(expires === undefined ? [] : ["-e", dateOf(expires)]),
    ...(given.create_home ? ["-m", ...(skeleton === undefined ? [] : ["-k", skeleton])] : ["-M"]),
  ];
}

/** As shadow's tools take a day; empty: never. */
export function dateOf(day: number | null): string {
  return day === null ? "" : new Date(day * 86_400_000).toISOString().slice(0, 10);
}

function newAccount({ defaults }: Newcomer, given: UserParams): Account | undefined {
  const home = given.home ?? (defaults && `${defaults.homes}/${given.name}`);
  const shell = given.shell ?? defaults?.shell;
  if (home === undefined || shell === undefined) return undefined;
  return { comment: given.comment ?? "", home, shell };
}

function effects(state: Newcomer, given: UserParams, account: Account | undefined): readonly Effect[] {
  const { name, uid, expires } = given;
  const groups = [...new Set((state.groups ?? []).map((one) => one.name))].sort();
  const expiresDay = expires === undefined ? state.defaults?.expiresDay : expires;
  const home: Home | undefined = account && given.create_home ? { path: account.home, missing: [] } : undefined;
  return [
    ...userEffects(name, {
      account,
      uid,
      gid: state.primary?.id,
      groups,
      shadow: expiresDay === undefined ? undefined : { password: firstPassword(given), expiresDay },
      home,
      named: given.home === undefined ? undefined : home,
    }),
    disturbs(newNumber("user")),
    ...membershipEffects([], groups),
    ...ownGroup(state, name),
    ...(given.create_home ? homeEffects(state, given, account) : []),
  ];
}

function ownGroup({ primary, defaults, ownGroupExists }: Newcomer, name: string): readonly Effect[] {
  if (primary !== undefined || ownGroupExists === true) return [];
  if (defaults === undefined || ownGroupExists === undefined) return [disturbs(`group:${name}`)];
  return defaults.ownGroup ? bornGroup(name, undefined) : [];
}

/** Without the host's defaults the home may be anywhere. */
function homeEffects(state: Newcomer, given: UserParams, account: Account | undefined): readonly Effect[] {
  const { name } = given;
  const mail = [disturbs(`file:/var/mail/${name}`), disturbs(`file:/var/spool/mail/${name}`)];
  const { newHome, defaults } = state;
  const group = state.primary?.name ?? (defaults?.ownGroup === true ? name : undefined);
  if (newHome !== undefined && defaults !== undefined && group !== undefined && !given.non_unique) {
    const attributes = { mode: defaults.homeMode, owner: name, group };
    return [...mail, ...newHomeEffects(newHome, attributes, state.home?.missing ?? [])];
  }
  return [
    ...mail,
    ...(account === undefined ? [disturbs("file:*")] : folderEffects(account.home, state.home?.missing)),
  ];
}
