import type { Flavor } from "./session.js";
import { identifier } from "./sql.js";

/**
 * Privileges in a normal form: of each target (`*.*`, `` `db`.* ``, `` `db`.`table` ``, `` FUNCTION `db`.`f` ``) the
 * sorted privileges in capitals, columns one by one (``SELECT (`id`)``), `GRANT` for WITH GRANT OPTION. Nothing is no entry.
 */
export type Grants = Readonly<Record<string, readonly string[]>>;

/** Roles, proxies and partial revokes are left out: they are not what `priv` is about. */
export function grantsOf(lines: readonly string[], flavor: Flavor): Grants {
  const found: [string, readonly string[]][] = [];
  for (const line of lines) {
    const parts =
      /^GRANT ((?:`(?:[^`]|``)*`|[^`])+?) ON ((?:`(?:[^`]|``)*`|[^`])+?) TO `(?:[^`]|``)*`@`(?:[^`]|``)*`([^]*)$/.exec(
        line,
      );
    const [, privileges = "", target = "", rest = ""] = parts ?? [];
    if (parts === null || /^PROXY$/i.test(privileges)) continue;
    // The rest of MariaDB's global line may hold texts of others: its option is asked for apart.
    const grant = /^ WITH GRANT OPTION/.test(rest) ? ["GRANT"] : [];
    found.push([targetOf(target), [...privilegesOf(privileges, flavor), ...grant]]);
  }
  return merged(found);
}

/** Several entries of one target are one; `USAGE` says that there is none. */
export function merged(entries: readonly (readonly [string, readonly string[]])[]): Grants {
  const all = new Map<string, Set<string>>();
  for (const [target, privileges] of entries) {
    const known = all.get(target) ?? new Set();
    all.set(target, known);
    for (const privilege of privileges) known.add(privilege);
  }
  const plain = [...all].map(([target, set]) => [target, reduced(set)] as const);
  return Object.fromEntries(plain.filter(([, list]) => list.length > 0).sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** All privileges are more than any of them. */
function reduced(set: ReadonlySet<string>): readonly string[] {
  if (!set.has("ALL")) return [...set].sort();
  return set.has("GRANT") ? ["ALL", "GRANT"] : ["ALL"];
}

/** `` `a`.`b` ``, `FUNCTION a.b`, `a.*` in the one spelling; throws a SyntaxError that says what is wrong. */
export function targetOf(text: string): string {
  const [, kind = "", rest = ""] =
    /^\s*(?:(TABLE|FUNCTION|PROCEDURE|PACKAGE BODY|PACKAGE)\s+)?([^]*?)\s*$/i.exec(text) ?? [];
  const parts = splitOutside(rest, ".");
  const [schema, thing] = parts;
  if (schema === undefined || thing === undefined || parts.length > 2 || schema === "" || thing === "")
    throw new SyntaxError(`"${text}" is no target; write it as db.table, db.* or *.*`);
  const prefix = kind === "" || /^table$/i.test(kind) ? "" : `${kind.toUpperCase().replace(/\s+/g, " ")} `;
  return `${prefix}${partOf(schema)}.${partOf(thing)}`;
}

function partOf(part: string): string {
  return part === "*" ? part : identifier(unquoted(part));
}

function unquoted(part: string): string {
  const [quote = ""] = part;
  const isQuoted = (quote === "`" || quote === '"') && part.length > 1 && part.endsWith(quote);
  return isQuoted ? part.slice(1, -1).replaceAll(quote + quote, quote) : part;
}

/** `SELECT, UPDATE (a, b)` one by one. */
export function privilegesOf(list: string, flavor: Flavor): readonly string[] {
  return splitOutside(list, ",").flatMap((item) => {
    const [, name = "", columns] = /^\s*([^(]*?)\s*(?:\(([^]*)\))?\s*$/.exec(item) ?? [];
    const privilege = oneName(name, flavor);
    if (privilege === "USAGE" || privilege === "") return [];
    if (columns === undefined) return [privilege];
    return splitOutside(columns, ",").map((column) => `${privilege} (${identifier(unquoted(column.trim()))})`);
  });
}

/** Names that mean the same, on either server. */
const SAME: Readonly<Record<string, string>> = {
  "ALL PRIVILEGES": "ALL",
  "GRANT OPTION": "GRANT",
  "WITH GRANT OPTION": "GRANT",
};

/** What MariaDB calls otherwise by now than it, or MySQL, did. */
const MARIADB: Readonly<Record<string, string>> = {
  "REPLICATION CLIENT": "BINLOG MONITOR",
  "REPLICATION REPLICA": "REPLICATION SLAVE",
  "REPLICATION REPLICA ADMIN": "REPLICATION SLAVE ADMIN",
  "REPLICA MONITOR": "SLAVE MONITOR",
  "DELETE VERSIONING ROWS": "DELETE HISTORY",
};

function oneName(name: string, flavor: Flavor): string {
  const plain = name.trim().replace(/\s+/g, " ").toUpperCase();
  return SAME[plain] ?? (flavor === "mariadb" ? MARIADB[plain] : undefined) ?? plain;
}

/** Splits at a character that stands outside of quotes and parentheses. */
export function splitOutside(text: string, separator: string): readonly string[] {
  const parts: string[] = [];
  let part = "";
  let quote = "";
  let depth = 0;
  for (const c of text) {
    if (quote !== "") quote = c === quote ? "" : quote;
    else if (c === "`" || c === '"') quote = c;
    else if (c === "(") depth++;
    else if (c === ")") depth--;
    else if (c === separator && depth === 0) {
      parts.push(part);
      part = "";
      continue;
    }
    part += c;
  }
  return [...parts, part];
}
