import { hostError } from "../../../contract/error.js";
import { type Codec, ended, splitLines, withoutEnd } from "./codec.js";
import type { Edited } from "./edit.js";
import type { LineParams } from "./line-params.js";
import { compileRegex, expandGroups } from "../../../contract/python-regex.js";

/** What a line has: a match with its groups, or a text without any. */
type Finder = (line: string) => RegExpExecArray | true | null;

/** Removes all lines that match. */
export function withoutLine({ text, word }: Codec, given: LineParams): Edited {
  const find = finder(given, word) ?? ((line: string) => (stripped(line) === word(given.line ?? "") ? true : null));
  const lines = splitLines(text);
  const kept = lines.filter((line) => find(withoutEnd(line)) === null);
  const found = lines.length - kept.length;
  return { text: kept.join(""), result: { found, msg: found === 0 ? "" : `${found} line(s) removed` } };
}

/**
 * Ansible's order: the line that regexp finds is replaced; else the line itself, where it stands already, is right; else
 * it is inserted.
 */
export function withLine({ text, word }: Codec, given: LineParams): Edited {
  const lines = splitLines(text);
  const line = word(given.line ?? "");
  const find = finder(given, word);
  const found = find === undefined ? undefined : lastOf(lines, given.firstmatch, find);
  if (found !== undefined) {
    const { at, match } = found;
    return replaced(lines, at, given.backrefs && match !== true ? filled(given, line, match) : line);
  }
  const exact = lines.findLastIndex((one) => stripped(one) === line);
  if (exact >= 0) return replaced(lines, exact, line);
  if (given.backrefs) return { text, result: { msg: "" } };
  return inserted(lines, line, given, word);
}

function finder({ regexp, search_string }: LineParams, word: Codec["word"]): Finder | undefined {
  if (regexp !== undefined) {
    const pattern = compileRegex(word(regexp));
    return (line) => pattern.exec(line);
  }
  if (search_string === undefined) return undefined;
  const wanted = word(search_string);
  return (line) => (line.includes(wanted) ? true : null);
}

interface FoundLine {
  readonly at: number;
  readonly match: RegExpExecArray | true;
}

function lastOf(lines: readonly string[], first: boolean, find: Finder): FoundLine | undefined {
  const order = first ? lines.keys() : [...lines.keys()].reverse();
  for (const at of order) {
    const match = find(withoutEnd(lines[at] ?? ""));
    if (match !== null) return { at, match };
  }
  return undefined;
}

function filled(given: LineParams, line: string, match: RegExpExecArray): string {
  const expanded = expandGroups(line, match);
  if ("text" in expanded) return expanded.text;
  throw hostError(`line names the group ${expanded.missing}, which ${given.regexp ?? "regexp"} does not have`);
}

function replaced(lines: readonly string[], at: number, line: string): Edited {
  const full = ended(line);
  if (lines[at] === full) return { text: lines.join(""), result: { msg: "" } };
  return { text: lines.with(at, full).join(""), result: { msg: "line replaced" } };
}

function inserted(lines: readonly string[], line: string, given: LineParams, word: Codec["word"]): Edited {
  const at = placeOf(lines, given, word);
  const before = at === lines.length ? lines.map(ended) : lines;
  return { text: before.toSpliced(at, 0, ended(line)).join(""), result: { msg: "line added" } };
}

/** Index of the new line. */
function placeOf(lines: readonly string[], given: LineParams, word: Codec["word"]): number {
  const { insertafter, insertbefore, firstmatch } = given;
  if (insertafter === "BOF" || insertbefore === "BOF") return 0;
  const source = insertafter ?? insertbefore;
  if (source === undefined || insertafter === "EOF") return lines.length;
  const pattern = compileRegex(word(source));
  const found = lastOf(lines, firstmatch, (line) => pattern.exec(line));
  if (found === undefined) return lines.length;
  return insertafter === undefined ? found.at : found.at + 1;
}

function stripped(line: string): string {
  return line.replace(/[\r\n]+$/, "");
}
