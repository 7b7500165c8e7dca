import type { FettleError } from "../contract/error.js";
import { type Origin, type Part, shorten, withoutStrings } from "./explain.js";
import { hintFor } from "./jinja.js";

interface Tag extends Part {
  /** Where `<%` stands. */
  readonly at: number;
  readonly line: number;
  readonly lastLine: number;
  readonly isOutput: boolean;
}

/** The code in `<% %>`; comments and `<%%` are none. */
function tagsOf(text: string): readonly Tag[] {
  let line = 1;
  let counted = 0;
  const lineAt = (offset: number): number => {
    line += text.slice(counted, offset).split("\n").length - 1;
    counted = offset;
    return line;
  };
  return [...text.matchAll(/<%(?![%#])([=\-_]?)([\s\S]*?)[-_]?%>/g)].map((match) => {
    const [all, kind = "", code = ""] = match;
    return {
      at: match.index,
      from: match.index + 2 + kind.length,
      text: code,
      isOutput: kind === "=" || kind === "-",
      line: lineAt(match.index),
      lastLine: lineAt(match.index + all.length),
    };
  });
}

/** The tags of a line, then all others: EJS's line numbers lag behind in loops on one line. */
export function tagsAt(text: string, line: number): readonly Part[] {
  const tags = tagsOf(text);
  const there = tags.filter((tag) => tag.line <= line && line <= tag.lastLine);
  const [outputs, others] = [there.filter((tag) => tag.isOutput), there.filter((tag) => !tag.isOutput)];
  return [...outputs, ...others, ...tags.filter((tag) => !there.includes(tag))];
}

/** What is wrong with a template that cannot be compiled: which tag, and why. */
export function explainCompilation(error: unknown, origin: Origin): FettleError {
  const { source, text, placeAt } = origin;
  const open = unclosedTag(text);
  if (open !== undefined) return source.error(placeAt(open), "this <% has no %>");
  for (const tag of tagsOf(text)) {
    const reason = tag.isOutput ? whyNoExpression(tag.text) : undefined;
    if (reason === undefined) continue;
    const at = placeAt(tag.from + Math.max(0, tag.text.search(/\S/)));
    return source.error(at, `\`${shorten(tag.text)}\` is not a JavaScript expression: ${reason}`, hintFor(tag.text));
  }
  const brace = unmatchedBrace(text);
  if (brace !== undefined) return source.error(placeAt(brace.at), brace.cause, brace.remedy);
  const message = error instanceof Error ? (error.message.split("\n")[0] ?? "") : String(error);
  const reason = message.replace(/ while compiling ejs$/, "");
  return source.error(placeAt(Math.max(0, text.indexOf("<%"))), `this template cannot be compiled: ${reason}`);
}

function unclosedTag(text: string): number | undefined {
  for (let at = text.indexOf("<%"); at >= 0; at = text.indexOf("<%", at + 2)) {
    if (text[at + 2] === "%") continue;
    const end = text.indexOf("%>", at + 2);
    const next = text.indexOf("<%", at + 2);
    if (end < 0 || (next >= 0 && next < end)) return at;
  }
  return undefined;
}

/** Only parses it. */
export function whyNoExpression(code: string): string | undefined {
  try {
    // eslint-disable-next-line @typescript-eslint/no-implied-eval
    new Function(`return (${code}\n)`);
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
}

function unmatchedBrace(text: string): { at: number; cause: string; remedy?: string } | undefined {
  const open: number[] = [];
  for (const tag of tagsOf(text)) {
    for (const { 0: brace, index } of withoutStrings(tag.text).matchAll(/[{}]/g)) {
      if (brace === "{") open.push(tag.from + index);
      else if (open.pop() === undefined) return { at: tag.from + index, cause: "this } closes nothing" };
    }
  }
  const at = open.at(-1);
  return at === undefined ? undefined : { at, cause: "this { is never closed", remedy: "write <% } %> where it ends" };
}
