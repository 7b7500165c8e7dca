import { type Grants, merged, privilegesOf, splitOutside, targetOf } from "../../../probes/mysql/grants.js";
import type { Flavor } from "../../../probes/mysql/session.js";
import { accountName } from "../../../probes/mysql/sql.js";
import type { AccountKey } from "../../../probes/mysql/account.js";

export type Priv = string | Readonly<Record<string, readonly string[]>>;

/** What `priv` asks for; throws a SyntaxError. */
export function wantedGrants(priv: Priv, flavor: Flavor): Grants {
  const entries = typeof priv === "string" ? splitOutside(priv, "/").map(entryOf) : Object.entries(priv);
  return merged(
    entries.map(([where, lists]) => {
      const target = targetOf(where);
      const list = lists.flatMap((one) => privilegesOf(one, flavor));
      const wrong = list.find((one) => !/^[A-Z_ ]+( \([^]*\))?$/.test(one));
      if (wrong !== undefined) throw new SyntaxError(`"${wrong}" is no privilege`);
      return [target, /^(FUNCTION|PROCEDURE)/.test(target) ? list.flatMap(ofRoutine) : list] as const;
    }),
  );
}

/** What is wrong with it. */
export function problemOf(priv: Priv): string | undefined {
  try {
    wantedGrants(priv, "mysql");
    return undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return error.message;
    throw error;
  }
}

function entryOf(entry: string): readonly [string, readonly string[]] {
  const [target = "", list, ...more] = splitOutside(entry, ":");
  if (list === undefined || more.length > 0) throw new SyntaxError(`"${entry}" is no db.table:PRIV,PRIV`);
  return [target, [list]];
}

/** All privileges of a routine, as servers show them. */
function ofRoutine(privilege: string): readonly string[] {
  return privilege === "ALL" ? ["ALTER ROUTINE", "EXECUTE"] : [privilege];
}

export interface GrantWork {
  readonly statements: readonly string[];
  /** undefined: which privileges are left is the server's to tell. */
  readonly after: Grants | undefined;
}

/** From what an account has to what it shall have. `how`: `set` takes away what is not wanted. */
export function grantWork(key: AccountKey, now: Grants, wanted: Grants, how: "set" | "append" | "subtract"): GrantWork {
  const account = accountName(key.name, key.host);
  // As in Ansible: root keeps what it has.
  const mayTake = key.name !== "root" || how === "subtract";
  const targets = new Set([...(how === "set" && mayTake ? Object.keys(now) : []), ...Object.keys(wanted)]);
  const works = [...targets].map((target) => {
    const [has, shall] = [now[target] ?? [], wanted[target] ?? []];
    if (how === "subtract") return subtracted(target, account, has, shall);
    return reached(target, account, has, how === "set" && mayTake ? shall : together(has, shall));
  });
  const after = works.map(({ list }, i) => ({ target: [...targets][i] ?? "", list }));
  const isKnown = after.every(({ list }) => list !== undefined);
  const untouched = Object.entries(now).filter(([target]) => !targets.has(target));
  return {
    // First what is taken away, or a grant could be lost again.
    statements: [...works.flatMap(({ revokes }) => revokes), ...works.flatMap(({ grants }) => grants)],
    after: isKnown
      ? merged([...untouched, ...after.map(({ target, list }) => [target, list ?? []] as const)])
      : undefined,
  };
}

interface TargetWork {
  readonly revokes: readonly string[];
  readonly grants: readonly string[];
  readonly list: readonly string[] | undefined;
}

function together(has: readonly string[], shall: readonly string[]): readonly string[] {
  return merged([["*.*", [...has, ...shall]]])["*.*"] ?? [];
}

const isPlain = (privilege: string): boolean => privilege !== "GRANT";

function reached(target: string, account: string, has: readonly string[], shall: readonly string[]): TargetWork {
  const option = has.includes("GRANT") && !shall.includes("GRANT");
  // MySQL keeps the right to pass on apart for each of its newer global privileges, which only go with it.
  const anew = (has.includes("ALL") && !shall.includes("ALL")) || (option && target === "*.*");
  const extra = anew ? ["ALL"] : shall.includes("ALL") ? [] : has.filter((one) => isPlain(one) && !shall.includes(one));
  const left = anew ? has.filter((one) => !isPlain(one)) : has;
  const lacks = shall.filter((one) => !left.includes(one));
  return {
    revokes: revokes(target, account, extra, option),
    grants: lacks.length === 0 ? [] : [grant(target, account, shall)],
    list: shall,
  };
}

function subtracted(target: string, account: string, has: readonly string[], less: readonly string[]): TargetWork {
  const taken = less.includes("ALL")
    ? has.filter(isPlain)
    : less.filter((one) => isPlain(one) && (has.includes(one) || has.includes("ALL")));
  const option = less.includes("GRANT") && has.includes("GRANT");
  const left = has.filter((one) => !taken.includes(one) && !(option && !isPlain(one)));
  const isPart = has.includes("ALL") && !taken.includes("ALL") && taken.length > 0;
  return { revokes: revokes(target, account, taken, option), grants: [], list: isPart ? undefined : left };
}

function revokes(target: string, account: string, list: readonly string[], option: boolean): readonly string[] {
  const words = list.includes("ALL") ? "ALL PRIVILEGES" : list.join(", ");
  return [
    ...(list.length === 0 ? [] : [`REVOKE ${words} ON ${target} FROM ${account}`]),
    ...(option ? [`REVOKE GRANT OPTION ON ${target} FROM ${account}`] : []),
  ];
}

function grant(target: string, account: string, list: readonly string[]): string {
  const plain = list.filter(isPlain);
  const words = plain.length === 0 ? "USAGE" : plain.join(", ");
  return `GRANT ${words} ON ${target} TO ${account}${list.includes("GRANT") ? " WITH GRANT OPTION" : ""}`;
}
