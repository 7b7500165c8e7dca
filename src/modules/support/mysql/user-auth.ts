import { becomes, disturbs, type Effect } from "../../../contract/change.js";
import { type AccountKey, letsIn, ways as waysQuestion } from "../../../probes/mysql/account.js";
import type { Login } from "../../../probes/mysql/login.js";
import { accepts, nativeHash, takesPassword, type Way } from "../../../probes/mysql/password-hash.js";
import { ask, type Flavor } from "../../../probes/mysql/session.js";
import { bytes, text } from "../../../probes/mysql/sql.js";
import type { UserParams } from "./user-params.js";

/** How an account shall let in. */
export type Wish =
  | { readonly kind: "password"; readonly password: string }
  | { readonly kind: "way"; readonly plugin: string; readonly hash?: string; readonly password?: string };

export function wishOf(given: UserParams): Wish | undefined {
  const { password, plugin } = given;
  if (password !== undefined && given.encrypted) return { kind: "way", plugin: pluginOf(password), hash: password };
  if (password !== undefined) return { kind: "password", password };
  if (plugin === undefined) return undefined;
  const { plugin_hash_string: hash, plugin_auth_string: plain } = given;
  return { kind: "way", plugin, ...(hash !== undefined && { hash }), ...(plain !== undefined && { password: plain }) };
}

function pluginOf(hash: string): string {
  if (hash.startsWith("*")) return "mysql_native_password";
  return hash.startsWith("$A$") ? "caching_sha2_password" : "sha256_password";
}

/** Whether one of an account's ways is the wanted one already. */
export function isFulfilled(wish: Wish, ways: readonly Way[], isLetIn: boolean): boolean {
  if (wish.kind === "password") return isLetIn;
  return ways.some(
    (way) =>
      way.plugin === wish.plugin &&
      (wish.hash === undefined || sameHash(way.hash, wish.hash)) &&
      (wish.password === undefined || accepts(way, wish.password)),
  );
}

function sameHash(kept: string, wanted: string): boolean {
  const latin1 = Buffer.from(wanted).toString("latin1");
  return kept === latin1 || (wanted.startsWith("*") && kept.toUpperCase() === wanted.toUpperCase());
}

/** The part of CREATE USER or ALTER USER; `now` is empty for a new account. */
export function identified(wish: Wish, flavor: Flavor, now: readonly Way[]): string {
  if (flavor === "mysql") return `IDENTIFIED ${mysqlWay(wish, now)}`;
  if (wish.kind === "way") return `IDENTIFIED VIA ${mariadbWay(wish)}`;
  const own = `mysql_native_password USING PASSWORD(${text(wish.password)})`;
  // The socket, by which root gets in, stays beside a new password: IDENTIFIED BY would remove it.
  const others = now.filter((way) => !takesPassword(way)).map(({ plugin, hash }) => mariadbWay({ plugin, hash }));
  return `IDENTIFIED VIA ${[own, ...others].join(" OR ")}`;
}

function mariadbWay({ plugin, hash, password }: { plugin: string; hash?: string; password?: string }): string {
  if (password !== undefined) return `${plugin} USING PASSWORD(${text(password)})`;
  return hash === undefined || hash === "" ? plugin : `${plugin} USING ${text(hash)}`;
}

function mysqlWay(wish: Wish, now: readonly Way[]): string {
  if (wish.kind === "password") {
    const kept = now.find(takesPassword)?.plugin;
    const plugin = now.length === 0 ? "" : `WITH ${kept ?? "caching_sha2_password"} `;
    return `${plugin}BY ${text(wish.password)}`;
  }
  const tail =
    wish.password !== undefined
      ? ` BY ${text(wish.password)}`
      : wish.hash === undefined
        ? ""
        : ` AS ${bytes(Buffer.from(wish.hash))}`;
  return `WITH ${wish.plugin}${tail}`;
}

/** What is known of the account's ways afterwards. */
export function authEffects(
  login: Login,
  key: AccountKey,
  wish: Wish,
  flavor: Flavor,
  now: readonly Way[],
): readonly Effect[] {
  const after = waysAfter(wish, flavor, now);
  const known = after === undefined ? [] : [becomes(ask(login, waysQuestion(key)), after)];
  const plain = wish.kind === "password" ? [becomes(ask(login, letsIn(key, wish.password)), true)] : [];
  return known.length + plain.length > 0 ? [...known, ...plain] : waysDisturbed(key);
}

export function waysDisturbed(key: AccountKey): readonly Effect[] {
  return waysQuestion(key).subjects.map((subject) => disturbs(subject));
}

/** MySQL's salts are its own. */
function waysAfter(wish: Wish, flavor: Flavor, now: readonly Way[]): readonly Way[] | undefined {
  if (wish.kind === "password") {
    if (flavor === "mysql") return undefined;
    const own = { plugin: "mysql_native_password", hash: nativeHash(wish.password) };
    return [own, ...now.filter((way) => !takesPassword(way))];
  }
  if (wish.password !== undefined) return undefined;
  return [{ plugin: wish.plugin, hash: Buffer.from(wish.hash ?? "").toString("latin1") }];
}
