import { inputError } from "../../contract/error.js";
import { compileRegex, expandGroups } from "../../contract/python-regex.js";
import { checkOptions, helper, type Helpers, isMapping, textOf } from "./helper.js";

export const REGEX: Helpers = {
  regexReplace: helper(
    "regexReplace(text, pattern, replacement, { ignorecase, multiline })",
    "Every match replaced; `\\\\1` and `\\\\g<name>` are groups. Python's spelling, which a JavaScript pattern shares.",
    regexReplace,
    "regex_replace",
  ),
  regexSearch: helper(
    "regexSearch(text, pattern, ...groups, { ignorecase, multiline })",
    'The first match, or null; with groups (`"\\\\1"`) a list of what they hold.',
    regexSearch,
    "regex_search",
  ),
  regexFindall: helper(
    "regexFindall(text, pattern, { ignorecase, multiline })",
    "All matches: texts, or lists of their groups where there are several.",
    regexFindall,
    "regex_findall",
  ),
  regexEscape: helper("regexEscape(text)", "The text as a pattern that matches just it.", regexEscape, "regex_escape"),
};

function compiled(of: string, pattern: unknown, options: unknown): RegExp {
  const { ignorecase = false, multiline = false } = checkOptions(of, options, ["ignorecase", "multiline"]);
  if (pattern instanceof RegExp) return new RegExp(pattern, `${pattern.flags.replace("g", "")}g`);
  const source = textOf(of, pattern);
  try {
    return compileRegex(source, { multiline: multiline === true, ignoreCase: ignorecase === true, all: true });
  } catch (error) {
    throw inputError(`${of}: "${source}" is no regular expression: ${(error as Error).message}`);
  }
}

function regexReplace(text: unknown, pattern: unknown, replacement: unknown = "", options?: unknown): string {
  const into = textOf("regexReplace", replacement);
  const given = textOf("regexReplace", text);
  let end = 0;
  const parts: string[] = [];
  for (const match of given.matchAll(compiled("regexReplace", pattern, options))) {
    const expanded = expandGroups(into, match);
    if ("missing" in expanded) throw inputError(`regexReplace: the pattern has no group "${expanded.missing}"`);
    parts.push(given.slice(end, match.index), expanded.text);
    end = match.index + match[0].length;
  }
  return parts.join("") + given.slice(end);
}

function regexSearch(text: unknown, pattern: unknown, ...more: unknown[]): string | null | readonly (string | null)[] {
  const options = isMapping(more.at(-1)) ? more.pop() : undefined;
  const match = compiled("regexSearch", pattern, options).exec(textOf("regexSearch", text));
  if (match === null) return null;
  if (more.length === 0) return match[0];
  return more.map((group) => {
    const [, name, digits] = /^\\(?:g<(\w+)>|(\d+))$/.exec(String(group)) ?? [];
    if (name === undefined && digits === undefined)
      throw inputError(`regexSearch: "${String(group)}" is no group`, { remedy: 'write "\\\\1" or "\\\\g<name>"' });
    const named = name !== undefined && !/^\d+$/.test(name);
    if (
      named
        ? match.groups?.[name] === undefined && !(name in (match.groups ?? {}))
        : Number(name ?? digits) >= match.length
    )
      throw inputError(`regexSearch: the pattern has no group "${name ?? digits ?? ""}"`);
    return (named ? match.groups?.[name] : match[Number(name ?? digits)]) ?? null;
  });
}

function regexFindall(text: unknown, pattern: unknown, options?: unknown): readonly (string | readonly string[])[] {
  const matches = textOf("regexFindall", text).matchAll(compiled("regexFindall", pattern, options));
  return [...matches].map(([all, ...groups]) => {
    const texts = groups.map((group: string | undefined) => group ?? "");
    return texts.length === 0 ? all : texts.length === 1 ? (texts[0] ?? "") : texts;
  });
}

/** As Python's re.escape. */
function regexEscape(text: unknown): string {
  return textOf("regexEscape", text).replace(/[-\\^$.*+?()[\]{}|&~#\s]/g, (one) => `\\${one}`);
}
