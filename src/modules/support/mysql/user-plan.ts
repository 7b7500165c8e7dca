import { becomes, type Change, disturbs, type Shown } from "../../../contract/change.js";
import {
  type Account,
  account as accountQuestion,
  type AccountKey,
  hostsOf,
  type Limits,
  limitNames,
  type Tls,
} from "../../../probes/mysql/account.js";
import type { Way } from "../../../probes/mysql/password-hash.js";
import { ask, dataSubject, type Flavor } from "../../../probes/mysql/session.js";
import { accountName, text } from "../../../probes/mysql/sql.js";
import { loginOf } from "./login-params.js";
import { grantWork, wantedGrants } from "./priv.js";
import { sqlStep } from "./run-sql.js";
import { authEffects, identified, isFulfilled, waysDisturbed, wishOf } from "./user-auth.js";
import type { UserParams } from "./user-params.js";

/** An account as it is. */
export interface SeenAccount {
  readonly key: AccountKey;
  readonly account: Account | null;
  readonly ways: readonly Way[];
  readonly letsIn: boolean;
}

const NEW: Account = {
  tls: { kind: "none" },
  limits: Object.fromEntries(limitNames.map((name) => [name, 0])) as Limits,
  grants: {},
};

export function changesOf(seen: SeenAccount, flavor: Flavor, given: UserParams): readonly Change[] {
  if (given.state === "absent") return seen.account === null ? [] : [removal(seen.key, given)];
  const change = present(seen, flavor, given);
  return change === undefined ? [] : [change];
}

function present({ key, account, ways, letsIn }: SeenAccount, flavor: Flavor, given: UserParams): Change | undefined {
  const login = loginOf(given);
  const isNew = account === null;
  const now = account ?? NEW;
  const wish = isNew || given.update_password === "always" ? wishOf(given) : undefined;
  const newWay = wish !== undefined && (isNew || !isFulfilled(wish, ways, letsIn)) ? wish : undefined;
  const tls = given.tls_requires === undefined ? now.tls : tlsOf(given.tls_requires);
  const limits: Limits = { ...now.limits, ...definedOf(given.resource_limits) };
  const how = given.append_privs ? "append" : given.subtract_privs ? "subtract" : "set";
  const work =
    given.priv === undefined
      ? { statements: [], after: now.grants }
      : grantWork(key, now.grants, wantedGrants(given.priv, flavor), how);
  const parts = [
    ...(newWay === undefined ? [] : [identified(newWay, flavor, ways)]),
    ...(sameJson(tls, now.tls) ? [] : [`REQUIRE ${required(tls)}`]),
    ...(sameJson(limits, now.limits) ? [] : [`WITH ${limitNames.map((name) => `${name} ${limits[name]}`).join(" ")}`]),
  ];
  const own =
    isNew || parts.length > 0
      ? [`${isNew ? "CREATE" : "ALTER"} USER ${[accountName(key.name, key.host), ...parts].join(" ")}`]
      : [];
  const statements = [...own, ...work.statements];
  if (statements.length === 0) return undefined;
  const after = work.after === undefined ? undefined : { tls, limits, grants: work.after };
  return {
    summary: isNew
      ? `create account ${shown(key)}`
      : `change account ${shown(key)}: ${whatOf(newWay !== undefined, now, tls, limits, work.statements.length > 0)}`,
    title: shown(key),
    before: account === null ? null : picture(now, "as it was", newWay !== undefined),
    after: picture(after ?? { tls, limits, grants: now.grants }, "new", newWay !== undefined),
    effects: [
      ...(after === undefined
        ? accountQuestion(key).subjects.map((subject) => disturbs(subject))
        : [becomes(ask(login, accountQuestion(key)), after)]),
      ...(newWay !== undefined ? authEffects(login, key, newWay, flavor, ways) : isNew ? waysDisturbed(key) : []),
      ...(isNew ? [disturbs(hostsSubject(key))] : []),
      disturbs(dataSubject),
    ],
    steps: [sqlStep(login, [...quietly(given), ...statements])],
  };
}

function removal(key: AccountKey, given: UserParams): Change {
  return {
    summary: `remove account ${shown(key)}`,
    title: shown(key),
    before: { state: "present" },
    after: { state: "absent" },
    effects: [
      becomes(ask(loginOf(given), accountQuestion(key)), null),
      ...waysDisturbed(key),
      given.host_all ? becomes(ask(loginOf(given), hostsOf(key.name)), []) : disturbs(hostsSubject(key)),
      disturbs(dataSubject),
    ],
    steps: [sqlStep(loginOf(given), [...quietly(given), `DROP USER ${accountName(key.name, key.host)}`])],
  };
}

export function hostsSubject({ name }: AccountKey): `system:${string}` {
  return `system:mysql/hosts/${name}`;
}

function quietly({ sql_log_bin: isLogged }: UserParams): readonly string[] {
  return isLogged ? [] : ["SET SESSION sql_log_bin = 0"];
}

const shown = ({ name, host }: AccountKey): string => `${name}@${host}`;

function whatOf(auth: boolean, now: Account, tls: Tls, limits: Limits, grants: boolean): string {
  const parts = {
    password: auth,
    "TLS requirements": !sameJson(tls, now.tls),
    limits: !sameJson(limits, now.limits),
    privileges: grants,
  };
  return Object.entries(parts)
    .flatMap(([name, differs]) => (differs ? [name] : []))
    .join(", ");
}

/** For the diff; a password is only said to be another. */
function picture({ tls, limits, grants }: Account, password: string, isNewWay: boolean): Shown {
  return {
    ...(isNewWay && { password }),
    requires: required(tls),
    ...Object.fromEntries(Object.entries(limits).filter(([, limit]) => limit > 0)),
    ...Object.fromEntries(Object.entries(grants).map(([target, list]) => [target, list.join(", ")])),
  };
}

function tlsOf(wanted: Readonly<Record<string, unknown>> | null): Tls {
  const given = new Map(Object.entries(wanted ?? {}).map(([key, value]) => [key.toLowerCase(), value]));
  const part = (name: string): string => {
    const value = given.get(name);
    return typeof value === "string" || typeof value === "number" ? String(value) : "";
  };
  const [subject, issuer, cipher] = [part("subject"), part("issuer"), part("cipher")];
  if (subject !== "" || issuer !== "" || cipher !== "") return { kind: "specified", cipher, issuer, subject };
  const isMeant = (name: string): boolean => given.has(name) && given.get(name) !== false;
  return { kind: isMeant("x509") ? "x509" : isMeant("ssl") ? "ssl" : "none" };
}

function required(tls: Tls): string {
  if (tls.kind !== "specified") return tls.kind.toUpperCase();
  const parts = { SUBJECT: tls.subject, ISSUER: tls.issuer, CIPHER: tls.cipher };
  return Object.entries(parts)
    .flatMap(([name, value]) => (value === "" ? [] : [`${name} ${text(value)}`]))
    .join(" AND ");
}

function definedOf(limits: Readonly<Record<string, number | undefined>> | undefined): Partial<Limits> {
  return Object.fromEntries(Object.entries(limits ?? {}).filter(([, limit]) => limit !== undefined));
}

function sameJson(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
