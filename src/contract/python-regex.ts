/**
 * A regular expression as JavaScript knows it; what Ansible's playbooks write differently in Python is understood too.
 * Throws a SyntaxError. `multiline`: `^` and `$` are those of lines.
 */
export function compileRegex(source: string, { multiline = false, ignoreCase = false, all = false } = {}): RegExp {
  const [, letters = "", rest = source] = /^\(\?([aimsu]+)\)([^]*)$/.exec(source) ?? [];
  const flags = new Set(Array.from("ims").filter((letter) => letters.includes(letter)));
  if (multiline) flags.add("m");
  if (ignoreCase) flags.add("i");
  if (all) flags.add("g");
  return new RegExp(fromPython(rest, flags.has("m")), [...flags].join(""));
}

/**
 * What has another spelling in JavaScript, which would take it for something else without a word: `\A` and `\Z` for
 * letters, `{,3}` for text, and a `]` that stands first in a class for its end; `$` also stands before a newline that
 * ends the text.
 */
function fromPython(source: string, multiline: boolean): string {
  return source.replace(TOKEN, (found, name?: string, most?: string, not?: string) => {
    if (found === "\\A") return multiline ? "(?<![^])" : "^";
    if (found === "\\Z") return multiline ? "(?![^])" : "$";
    if (found === "$") return multiline ? "$" : "(?=\\n?(?![^]))";
    if (found === "(?P<") return "(?<";
    if (name !== undefined) return `\\k<${name}>`;
    if (most !== undefined) return `{0,${most}}`;
    return not === undefined ? found : `[${not}\\]${found.slice(not.length + 2)}`;
  });
}

const TOKEN = /\$|\\[^]|\(\?P<|\(\?P=(\w+)\)|\{,(\d+)\}|\[(\^?)\](?:\\[^]|[^\]\\])*\]|\[(?:\\[^]|[^\]\\])*\]/g;

const ESCAPES: Readonly<Record<string, string>> = { n: "\n", t: "\t", r: "\r", "\\": "\\" };

/** A text with `\1`, `\g<1>`, `\g<name>` filled in; a group that took no part is empty. */
export function expandGroups(
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
