import type { FettleError } from "../contract/error.js";
import { shorten, withoutStrings } from "./code-text.js";
import { comparisonFault } from "./comparison.js";
import type { Origin, Part } from "./explain.js";
import { hintFor } from "./jinja/index.js";
import { expressionFault } from "./syntax.js";

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
  if (open !== undefined)
    return source.error(
      placeAt(open),
      "this <% has no %>",
      'close it with %>; between { } or [ ] of YAML the whole value stands in "…"',
    );
  for (const tag of tagsOf(text)) {
    const fault = tag.isOutput ? expressionFault(tag.text) : undefined;
    if (fault !== undefined) return source.error(placeAt(tag.from + fault.at), fault.cause, fault.remedy);
  }
  const bracket = unmatchedBracket(text);
  if (bracket !== undefined) return source.error(placeAt(bracket.at), bracket.cause, bracket.remedy);
  for (const tag of tagsOf(text)) {
    const reason = tag.isOutput ? undefined : whyNoCode(tag.text);
    if (reason === undefined) continue;
    const at = placeAt(tag.from + Math.max(0, tag.text.search(/\S/)));
    return source.error(at, `\`${shorten(tag.text)}\` is not JavaScript: ${reason}`, hintFor(tag.text));
  }
  const message = error instanceof Error ? (error.message.split("\n")[0] ?? "") : String(error);
  const reason = message.replace(/ while compiling ejs$/, "");
  return source.error(placeAt(Math.max(0, text.indexOf("<%"))), `this template cannot be compiled: ${reason}`);
}

/** Throws for a comparison in a tag that does not mean what it says. */
export function refuseComparisons({ source, text, placeAt }: Origin): void {
  for (const tag of tagsOf(text)) {
    const fault = comparisonFault(tag.text);
    if (fault !== undefined) throw source.error(placeAt(tag.from + fault.at), fault.cause, fault.remedy);
  }
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
function syntaxErrorOf(code: string): string | undefined {
  try {
    // eslint-disable-next-line @typescript-eslint/no-implied-eval
    new Function(code);
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
}

const CLOSES: Readonly<Record<string, string>> = { "}": "{", ")": "(", "]": "[" };

function unmatchedBracket(text: string): { at: number; cause: string; remedy?: string } | undefined {
  const open: { at: number; bracket: string }[] = [];
  for (const tag of tagsOf(text)) {
    for (const { 0: bracket, index } of withoutStrings(tag.text).matchAll(/[{}()[\]]/g)) {
      const at = tag.from + index;
      if (CLOSES[bracket] === undefined) open.push({ at, bracket });
      else if (open.at(-1)?.bracket === CLOSES[bracket]) open.pop();
      else return { at, cause: `this ${bracket} closes nothing`, ...notClosed(open.at(-1), text) };
    }
  }
  const last = open.at(-1);
  if (last === undefined) return undefined;
  const remedy = last.bracket === "{" ? { remedy: "write <% } %> where it ends" } : {};
  return { at: last.at, cause: `this ${last.bracket} is never closed`, ...remedy };
}

function notClosed(open: { at: number; bracket: string } | undefined, text: string): { remedy?: string } {
  if (open === undefined) return {};
  const line = text.slice(0, open.at).split("\n").length;
  return { remedy: `the ${open.bracket} on line ${line} must be closed first` };
}

/** What is wrong with the code of a tag, with what other tags open or close made up for; undefined when it may be right. */
function whyNoCode(code: string): string | undefined {
  const open: string[] = [];
  const closed: string[] = [];
  for (const [bracket] of withoutStrings(code).matchAll(/[{}()[\]]/g)) {
    const opening = CLOSES[bracket];
    if (opening === undefined) open.push(bracket);
    else if (open.pop() === undefined) closed.push(opening);
  }
  const ends = Object.fromEntries(Object.entries(CLOSES).map(([end, start]) => [start, end]));
  // `}` may end an if, a loop or a function: something that may stand before an else.
  const before = closed
    .map((one, i) => (one === "(" ? "f(" : closed[i + 1] === "(" ? "() => {" : "if (0) {"))
    .reverse();
  const after = open.map((one) => ends[one] ?? "").reverse();
  const whole = `while (0) { ${before.join(" ")} ${code}\n ${after.join(" ")} }`;
  const hangs = /^\s*(else|case|default|catch|finally)\b/.test(code) || /^\s*switch\b/.test(code);
  return hangs ? undefined : syntaxErrorOf(whole);
}
