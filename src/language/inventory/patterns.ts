import { didYouMean, type FettleError, inputError } from "../../contract/error.js";
import { readSource } from "../source.js";
import { matchesGlob } from "./glob.js";
import { LOCALHOST } from "./host-names.js";

/** What patterns choose from. */
export interface Choices {
  readonly hosts: readonly string[];
  /** The same hosts in the order in which the sources name them first. */
  readonly named: ReadonlySet<string>;
  /** Names of groups and their hosts, those of children included. */
  readonly groups: ReadonlyMap<string, readonly string[]>;
}

/**
 * The hosts of a pattern, in its order: `a:b`, `a,b`, `a:&b` (also in b), `a:!b` (not in b), `~regex`,
 * wildcards, `web[0:2]`, `@file`. Throws an input error for a name that nothing has; with `left` such names are left out
 * and noted there, as long as others add hosts: a missing `!name` would mean more hosts than somebody wanted.
 */
export function selectHosts(pattern: string, choices: Choices, left?: FettleError[]): readonly string[] {
  const parts = splitPattern(pattern);
  const order = (part: string): number => (part.startsWith("!") ? 2 : part.startsWith("&") ? 1 : 0);
  const sorted = [...parts].sort((a, b) => order(a) - order(b));
  let chosen = new Set<string>(order(sorted[0] ?? "") === 0 ? [] : choices.hosts);
  const missing: FettleError[] = [];
  for (const part of sorted) {
    if (left !== undefined && order(part) === 0 && isUnknown(part, choices)) {
      missing.push(unknown(part, choices));
      continue;
    }
    const found = new Set(matching(part.replace(/^[!&]/, ""), choices));
    if (part.startsWith("!")) for (const host of found) chosen.delete(host);
    else if (part.startsWith("&")) chosen = new Set([...chosen].filter((host) => found.has(host)));
    else for (const host of found) chosen.add(host);
  }
  if (missing[0] !== undefined && missing.length === sorted.filter((part) => order(part) === 0).length)
    throw missing[0];
  left?.push(...missing);
  return [...chosen];
}

/** Colons and commas part, and without commas blanks, but not inside brackets or IPv6 addresses, and not in a regular expression. */
function splitPattern(pattern: string): readonly string[] {
  const parts = pattern.includes(",")
    ? (pattern.match(/(?:\[[^\]]*\]|[^,])+/g) ?? [])
    : /^[0-9A-Fa-f]*:[0-9A-Fa-f:]*:[0-9A-Fa-f:]*$/.test(pattern)
      ? [pattern]
      : (pattern.match(/(?:\[[^\]]*\]|[^:\s])+/g) ?? []);
  const named = parts.map((part) => part.trim()).filter((part) => part !== "");
  return named.flatMap((part) => (part.startsWith("@") ? linesOf(part.slice(1)) : [part]));
}

/** A file of patterns, one a line. */
function linesOf(path: string): readonly string[] {
  const lines = readSource(path).text.split("\n");
  return lines.map((line) => line.trim()).filter((line) => line !== "" && !line.startsWith("#"));
}

/** As in Ansible a host may come twice, and counts twice for `web*[2]`. */
function matching(part: string, choices: Choices): readonly string[] {
  if (part === "all") return choices.hosts;
  if (choices.named.has(part)) return [part];
  const sliced = /^([^~].*)\[(-?\d+)(?:[:-](-?\d*))?\]$/.exec(part);
  if (sliced !== null) {
    const whole = matching(sliced[1] ?? "", choices);
    const chosen = slice(whole, sliced[2] ?? "0", sliced[3]);
    if (chosen.length === 0 && sliced[3] === undefined && whole.length > 0)
      throw inputError(`there is no host ${part}: "${sliced[1] ?? ""}" has ${whole.length}, counted from 0`);
    return chosen;
  }
  const test = tester(part);
  const found = [...choices.groups].flatMap(([name, hosts]) => (test(name) ? hosts : []));
  // A name of a group is no name of a host; a wildcard may be both.
  if (found.length === 0 || /^~|[.?*[]/.test(part)) found.push(...[...choices.named].filter(test));
  if (found.length === 0 && LOCALHOST.includes(part)) return [part];
  if (found.length === 0 && isUnknown(part, choices)) throw unknown(part, choices);
  return found;
}

/** A plain name that neither a host nor a group has. */
function isUnknown(part: string, choices: Choices): boolean {
  const isPlain = !part.startsWith("~") && !/[*?[]/.test(part);
  return (
    isPlain && part !== "all" && !LOCALHOST.includes(part) && !choices.groups.has(part) && !choices.named.has(part)
  );
}

function tester(part: string): (name: string) => boolean {
  if (!part.startsWith("~")) return (name) => matchesGlob(part, name);
  try {
    const expression = new RegExp(`^(?:${part.slice(1)})`);
    return (name) => expression.test(name);
  } catch (error) {
    throw inputError(`the pattern "${part}" is not a regular expression: ${(error as Error).message}`, {
      remedy: "a bracket that is text is written \\(",
    });
  }
}

function slice(hosts: readonly string[], from: string, to: string | undefined): readonly string[] {
  const at = (text: string): number => (Number(text) < 0 ? hosts.length + Number(text) : Number(text));
  const first = at(from);
  const last = to === undefined ? first : to === "" ? hosts.length - 1 : at(to);
  return hosts.slice(first, last + 1);
}

function unknown(part: string, choices: Choices): FettleError {
  const meant = didYouMean(part, [...choices.hosts, ...choices.groups.keys()]);
  const remedy = meant === undefined ? "`fettle inventory --graph` shows what there is" : `did you mean "${meant}"?`;
  return inputError(`no host and no group is called "${part}"`, { remedy });
}
