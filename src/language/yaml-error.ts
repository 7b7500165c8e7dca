import * as yaml from "js-yaml";
import type { FettleError } from "../contract/error.js";
import { shorten } from "./code-text.js";
import { ejsFor } from "./jinja/index.js";
import type { Source } from "./source.js";
import { columnRemedy, unclosed } from "./yaml-layout.js";

/** A mistake in a text that is no YAML: what is wrong there, and what to do. */
interface Mistake {
  readonly line: number;
  readonly column: number;
  readonly cause: string;
  readonly remedy?: string | undefined;
  /** The cause says what it is instead. */
  readonly isKnown?: true;
}

/** Where js-yaml stopped, and why. */
interface Stop {
  readonly source: Source;
  readonly line: number;
  readonly column: number;
  /** The whole line, what stands before the column, and the rest. */
  readonly text: string;
  readonly before: string;
  readonly after: string;
  readonly reason: string;
}

/** What js-yaml says, as an error of the user's: with the cause that is most likely meant. */
export function explainYaml(error: unknown, source: Source): FettleError {
  if (!(error instanceof yaml.YAMLException)) throw error;
  const { file, line, column } = source.place(error.mark?.position ?? 0);
  const text = source.line(line);
  const [before, after] = [text.slice(0, column - 1), text.slice(column - 1)];
  const stop: Stop = { source, line, column, text, before, after, reason: error.reason };
  const found = RULES.reduce<Mistake | undefined>((known, rule) => known ?? rule(stop), undefined) ?? {
    line,
    column,
    cause: error.reason,
    remedy: columnRemedy(source, line),
  };
  const place = { file, line: found.line, column: found.column };
  const cause = found.isKnown === true ? found.cause : `this is not YAML: ${found.cause}`;
  return source.error(place, cause, found.remedy);
}

const RULES: readonly ((stop: Stop) => Mistake | undefined)[] = [
  ({ line, text }) => {
    const tab = /^ *\t/.exec(text)?.[0].length;
    return tab === undefined
      ? undefined
      : { line, column: tab, cause: "a tab stands here", remedy: "indent with spaces" };
  },
  ({ line, text }) => {
    const at = /^ *\u00a0/.exec(text)?.[0].length;
    const cause = "a no-break space stands here, which looks like a space and is none";
    return at === undefined ? undefined : { line, column: at, cause, remedy: "indent with ordinary spaces" };
  },
  ({ line, column, reason }) =>
    reason.startsWith("nesting exceeded")
      ? { line, column, cause: "this is nested too deeply", remedy: "does each [ and { have its end?", isKnown: true }
      : undefined,
  ({ line, column, after, reason }) => {
    if (!reason.includes("non-printable")) return undefined;
    const code = (after.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0");
    const cause = `the character U+${code} cannot be part of it`;
    return { line, column, cause, remedy: `remove it, or write "\\u${code}" in double quotes` };
  },
  templateWithoutQuotes,
  ({ source, line, reason }) => {
    if (!/quoted scalar|flow collection|deficient indentation/.test(reason)) return undefined;
    const open = unclosed(source, line);
    if (open === undefined) return undefined;
    return { ...open, cause: `this ${open.what} is never closed`, remedy: `write ${open.end} where it ends` };
  },
  ({ line, column, before, after }) => {
    const [character] = after;
    if (character === undefined || !/[@`%]/.test(character) || !/[:,[{-]\s*$/.test(before)) return undefined;
    const value = /[[{]/.test(before) ? "" : quoted(after);
    const cause = `a plain text cannot begin with ${character}`;
    return { line, column, cause, remedy: value === "" ? "put it in quotes" : `write ${value}` };
  },
  blankBehindColon,
  ({ line, column, before, after }) => {
    const quote = /:\s*(?:("|').*\1)\s*$/.exec(before)?.[1];
    if (quote === undefined || after.trim() === "") return undefined;
    const cause = "the quoted text ends before this";
    const remedy =
      quote === '"'
        ? 'put all of the value in quotes, and write \\" for a quote in it'
        : "write '' for a ' in the text";
    return { line, column, cause, remedy };
  },
  ({ line, column, text }) => {
    const [, key = "", value] = /^\s*(?:- +)*([^\s#"'][^:#"']*):\s+([^\s"'[{|>].*:(?:\s.*)?)$/.exec(text) ?? [];
    if (value === undefined) return undefined;
    const cause = "a plain text cannot have a colon with a blank behind it";
    return { line, column, cause, remedy: `write ${key}: ${quoted(value)}` };
  },
  ({ line, column, reason }) =>
    reason.startsWith("end of the stream")
      ? {
          line,
          column,
          cause: "this does not belong to what stands above",
          remedy: "indent it, when it is a key of the last item above; a list begins each item with `- `",
        }
      : undefined,
  ({ source, line, text, reason }) => {
    if (!/^(bad indentation|can not read a block|expected ':')/.test(reason)) return undefined;
    const column = text.search(/\S/) + 1;
    return { line, column, cause: "this line begins in a column of its own", remedy: columnRemedy(source, line) };
  },
];

/** `dest: {{ folder }}/x`, or `{path: <%= {a: 1}.a %>}`. */
function templateWithoutQuotes({ line, text, column }: Stop): Mistake | undefined {
  const [, before = "", opened = ""] = /^(.*?[:,[{-]\s+)(\{\{|<%[=-]?)/.exec(text) ?? [];
  const at = before.length;
  if (opened === "" || at >= column || (opened !== "{{" && !/[{[]/.test(before))) return undefined;
  const value = text.slice(at).trimEnd();
  if (opened === "{{") {
    const isFlow = /[{[]/.test(before);
    const jinja = isFlow ? (/^\{\{.*?\}\}/.exec(value)?.[0] ?? value) : value;
    const remedy = ejsFor(jinja).replace(/^write (.*?)(, or <%= "\{\{" %>.*)?$/, 'write "$1"');
    const cause = "this is a Jinja template, and templates are EJS here";
    return { line, column: at + 1, cause, remedy, isKnown: true };
  }
  const tag = /^<%.*?%>/.exec(value)?.[0] ?? "<%= … %>";
  const cause = "between { } and [ ] a template needs quotes";
  return { line, column: at + 1, cause, remedy: `write ${quoted(tag)}` };
}

/** `name:value`, on this line or the one above, which then goes on into this one. */
function blankBehindColon({ source, line, reason }: Stop): Mistake | undefined {
  const lines = reason.startsWith("expected ':'") ? [line] : [line - 1, line];
  for (const number of lines) {
    const [, before = "", key = "", value = ""] =
      /^(\s*(?:- +)*)([A-Za-z_][\w.]*):([^\s:/].*)$/.exec(source.line(number)) ?? [];
    if (key === "") continue;
    const cause = "there is no blank behind the colon";
    const column = before.length + key.length + 2;
    return { line: number, column, cause, remedy: `write ${key}: ${shorten(value)}` };
  }
  return undefined;
}

/** A text in the quotes that suit it. */
function quoted(text: string): string {
  const value = text.replace(/\s+#.*$/, "").trim();
  return value.includes('"') || value.includes("\\") ? `'${value.replaceAll("'", "''")}'` : `"${value}"`;
}
