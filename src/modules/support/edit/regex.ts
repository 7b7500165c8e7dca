import { text } from "../../values.js";

/** A regular expression as JavaScript knows it; what Ansible's playbooks write differently in Python is understood too. */
export const regex = () =>
  text().superRefine((source, issues) => {
    try {
      compile(source);
    } catch (error) {
      issues.addIssue({ code: "custom", message: problem(source, error as Error) });
    }
  });

function problem(source: string, error: Error): string {
  const why = error.message.replace(/^Invalid regular expression: /, "");
  return `is no regular expression: ${why.includes(source) ? why : `${source}: ${why}`}`;
}

/** Throws a SyntaxError. `multiline`: `^` and `$` are those of lines. */
export function compile(source: string, { multiline = false } = {}): RegExp {
  const [, letters = "", rest = source] = /^\(\?([aimsu]+)\)([^]*)$/.exec(source) ?? [];
  const flags = new Set(Array.from("ims").filter((letter) => letters.includes(letter)));
  if (multiline) flags.add("m");
  return new RegExp(fromPython(rest, flags.has("m")), [...flags].join(""));
}

/**
 * What has another spelling in JavaScript, which would take it for something else without a word: `\A` and `\Z` for
 * letters, `{,3}` for text, and a `]` that stands first in a class for its end.
 */
function fromPython(source: string, multiline: boolean): string {
  return source.replace(TOKEN, (found, name?: string, most?: string, not?: string) => {
    if (found === "\\A") return multiline ? "(?<![^])" : "^";
    if (found === "\\Z") return multiline ? "(?![^])" : "$";
    if (found === "(?P<") return "(?<";
    if (name !== undefined) return `\\k<${name}>`;
    if (most !== undefined) return `{0,${most}}`;
    return not === undefined ? found : `[${not}\\]${found.slice(not.length + 2)}`;
  });
}

const TOKEN = /\\[^]|\(\?P<|\(\?P=(\w+)\)|\{,(\d+)\}|\[(\^?)\](?:\\[^]|[^\]\\])*\]|\[(?:\\[^]|[^\]\\])*\]/g;

const ESCAPES: Readonly<Record<string, string>> = { n: "\n", t: "\t", r: "\r", "\\": "\\" };

/** A line with `\1`, `\g<1>`, `\g<name>` filled in; a group that took no part is empty. */
export function expand(
  template: string,
  match: RegExpExecArray,
): { readonly text: string } | { readonly missing: string } {
  let missing: string | undefined;
  const expanded = template.replace(
    /\\(?:g<(\w+)>|([1-9]\d?)|([ntr\\]))/g,
    (_found, named: string | undefined, digits: string | undefined, letter: string | undefined) => {
      if (letter !== undefined) return ESCAPES[letter] ?? letter;
      const group = named ?? digits ?? "";
      const isNumber = /^\d+$/.test(group);
      if (isNumber ? Number(group) >= match.length : !(group in (match.groups ?? {}))) missing ??= group;
      return (isNumber ? match[Number(group)] : match.groups?.[group]) ?? "";
    },
  );
  return missing === undefined ? { text: expanded } : { missing };
}
