import { readFileSync } from "node:fs";
import { globSync } from "./glob.js";
import { dirname, isAbsolute, join } from "node:path";
import { inputError } from "../../contract/error.js";

/** Options of one host, lower-cased names. The first value wins; only these may stand several times. */
export type SshOptions = ReadonlyMap<string, readonly string[]>;

const REPEATABLE = new Set(["identityfile", "certificatefile", "sendenv", "localforward", "remoteforward"]);
const MAX_INCLUDES = 16;

interface Context {
  readonly host: string;
  readonly originalHost: string;
  readonly user: string;
  readonly home: string;
}

/**
 * Reads a file in the format of ~/.ssh/config for one host: Host and Match (all, host, originalhost, user) with
 * patterns and negation, Include with wildcards. A missing file is no options. Throws an input error for a line that
 * cannot be understood. See ssh_config(5).
 */
export function readSshConfig(file: string, context: Context): SshOptions {
  const found = new Map<string, string[]>();
  readInto(found, file, context, 0, true);
  return found;
}

function readInto(found: Map<string, string[]>, file: string, context: Context, depth: number, active: boolean): void {
  if (depth > MAX_INCLUDES) throw inputError(`${file}: Include is nested too deeply`);
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch (error) {
    if (["ENOENT", "ENOTDIR"].includes((error as NodeJS.ErrnoException).code ?? "")) return;
    throw inputError(`cannot read ${file}: ${(error as Error).message}`);
  }
  let applies = active;
  text.split("\n").forEach((line, i) => {
    const place = { file, line: i + 1, column: 1 };
    const words = splitLine(line);
    const [keyword, ...values] = words;
    if (keyword === undefined) return;
    const name = keyword.toLowerCase();
    if (values.length === 0) throw inputError(`${keyword} has no value`, { place });
    if (name === "host") applies = active && matchesPatterns(values, context.originalHost);
    else if (name === "match") applies = active && matchesCriteria(values, context, place);
    else if (!applies) return;
    else if (name === "include") {
      for (const value of values) includeInto(found, value, file, context, depth);
    } else if (name === "proxycommand") {
      // For a shell: its quotes stay.
      if (!found.has(name)) found.set(name, [line.trim().replace(/^[A-Za-z]+[\s=]*/, "")]);
    } else if (REPEATABLE.has(name)) found.set(name, [...(found.get(name) ?? []), values.join(" ")]);
    else if (!found.has(name)) found.set(name, [values.join(" ")]);
  });
}

function includeInto(found: Map<string, string[]>, value: string, from: string, context: Context, depth: number): void {
  const path = value.startsWith("~/") ? join(context.home, value.slice(2)) : value;
  const full = isAbsolute(path) ? path : join(from.startsWith("/etc/") ? "/etc/ssh" : dirname(from), path);
  for (const file of globSync(full)) readInto(found, file, context, depth + 1, true);
}

/** `Key value`, `Key=value`, `"quoted value"`, comments. */
function splitLine(line: string): string[] {
  const trimmed = line.trim();
  if (trimmed === "" || trimmed.startsWith("#")) return [];
  const [, key = "", rest = ""] = /^([A-Za-z]+)(?:\s*=\s*|\s+)?(.*)$/.exec(trimmed) ?? [];
  const values = [...rest.matchAll(/"([^"]*)"|(\S+)/g)].map((match) => match[1] ?? match[2] ?? "");
  return key === "" ? [] : [key, ...values];
}

function matchesCriteria(
  words: readonly string[],
  context: Context,
  place: { file: string; line: number; column: number },
): boolean {
  let result = true;
  for (let i = 0; i < words.length; i++) {
    const criterion = (words[i] ?? "").toLowerCase();
    if (criterion === "all") continue;
    if (criterion === "canonical" || criterion === "final") {
      result = false;
      continue;
    }
    const value = { host: context.host, originalhost: context.originalHost, user: context.user }[criterion];
    if (value === undefined) {
      throw inputError(`Match ${criterion} is not supported`, {
        place,
        remedy: "use Host, Match host, originalhost, user or all",
      });
    }
    const patterns = (words[++i] ?? "").split(",");
    result &&= matchesPatterns(patterns, value);
  }
  return result;
}

/** `*` and `?`; a pattern with `!` that matches rules the line out. */
export function matchesPatterns(patterns: readonly string[], value: string): boolean {
  let matched = false;
  for (const pattern of patterns) {
    const negated = pattern.startsWith("!");
    if (!matchesPattern(negated ? pattern.slice(1) : pattern, value)) continue;
    if (negated) return false;
    matched = true;
  }
  return matched;
}

function matchesPattern(pattern: string, value: string): boolean {
  const source = pattern
    .toLowerCase()
    .replace(/[.+^${}()|[\]\\]/g, "\\$&")
    .replaceAll("*", ".*")
    .replaceAll("?", ".");
  return new RegExp(`^${source}$`).test(value.toLowerCase());
}
