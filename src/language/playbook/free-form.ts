import { inputError } from "../../contract/error.js";

const REMEDY = `write -e name=value, -e '{"name": "value"}' or -e @file`;

/** One word of `path=/etc/app "two words"`. */
export interface Argument {
  /** Absent: the word has no `name=`. */
  readonly name?: string;
  readonly value: string;
  /** Where the word and its value begin in the text. */
  readonly at: number;
  readonly valueAt: number;
}

const WORDS = /(?:<%(?:(?!%>)[\s\S])*%>|"(?:\\.|[^"\\])*"|'[^']*'|[^\s"'])+/g;

/** Where a quote stands that has no end, or -1. */
export function openQuote(text: string): number {
  return text.replace(WORDS, (word) => " ".repeat(word.length)).search(/["']/);
}

/** Splits at blanks outside of quotes and templates; quotes around or in a value are dropped, templates stay whole. */
export function splitArguments(text: string): readonly Argument[] {
  const words = [...text.matchAll(WORDS)];
  return words.map((match) => {
    const word = match[0];
    const [, name] = /^([A-Za-z_][A-Za-z0-9_]*)=/.exec(word) ?? [];
    const skip = name === undefined ? 0 : name.length + 1;
    const value = word.slice(skip);
    const quote = /^["']/.test(value) ? 1 : 0;
    return {
      ...(name !== undefined && { name }),
      value: unquoted(value),
      at: match.index,
      valueAt: match.index + skip + quote,
    };
  });
}

function unquoted(value: string): string {
  return value.replace(
    /(<%(?:(?!%>)[\s\S])*%>)|"((?:\\.|[^"\\])*)"|'([^']*)'/g,
    (_all, template?: string, double?: string, single?: string) =>
      template ?? single ?? (double ?? "").replace(/\\(["\\])/g, "$1"),
  );
}

/** `-e "a=1 b='two words'"`: names and their texts. Throws an input error for a word without `=`. */
export function parseWords(text: string): Readonly<Record<string, string>> {
  const pairs = splitArguments(text).map(({ name, value }) => {
    if (name === undefined) throw inputError(`"${value}" is not name=value`, { remedy: REMEDY });
    return [name, value] as const;
  });
  return Object.fromEntries(pairs);
}
