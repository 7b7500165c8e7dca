import { hostError } from "../../../contract/error.js";
import { compileRegex, expandGroups } from "../../../contract/python-regex.js";
import type { Codec } from "./codec.js";
import type { Edited } from "./edit.js";
import type { ReplaceParams } from "./replace-params.js";

/** The text with all matches replaced, in the part that `after` and `before` leave. */
export function withReplaced({ text, word }: Codec, given: ReplaceParams): Edited {
  const part = partOf(text, given, word);
  if (part === undefined) {
    return { text, result: { msg: "Pattern for before/after params did not match the given file" } };
  }
  const [from, to] = part;
  const pattern = compileRegex(word(given.regexp), { multiline: true, all: true });
  let count = 0;
  const template = word(given.replace);
  const replaced = text.slice(from, to).replace(pattern, (...found: unknown[]) => {
    count++;
    return expanded(template, found, given);
  });
  const result = text.slice(0, from) + replaced + text.slice(to);
  return { text: result, result: { msg: result === text ? "" : `${count} replacements made` } };
}

/** Where the part begins and ends; undefined: the file has no such part. */
function partOf(
  text: string,
  { after, before }: ReplaceParams,
  word: Codec["word"],
): readonly [number, number] | undefined {
  if (after === undefined && before === undefined) return [0, text.length];
  const any = before === undefined ? "[^]*" : "[^]*?";
  const { source, flags } = compileRegex(`(?s)${word(after ?? "")}(?<subsection>${any})${word(before ?? "")}`);
  return new RegExp(source, `${flags}d`).exec(text)?.indices?.groups?.["subsection"];
}

/** `found` is what String.replace tells: the match, its groups, where it is, the text, the named groups if there are any. */
function expanded(template: string, found: readonly unknown[], given: ReplaceParams): string {
  const named = typeof found.at(-1) === "object" ? found.at(-1) : undefined;
  const groups = found.slice(0, named === undefined ? -2 : -3);
  const match = Object.assign([...groups], { groups: named }) as unknown as RegExpExecArray;
  const result = expandGroups(template, match);
  if ("text" in result) return result.text;
  throw hostError(`replace names the group ${result.missing}, which ${given.regexp} does not have`, {
    remedy: "a backslash that is text is written \\\\",
  });
}
