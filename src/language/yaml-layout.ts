import type { Source } from "./source.js";

/** A quote or bracket without an end. */
export interface Unclosed {
  readonly line: number;
  readonly column: number;
  /** `quote`, or the bracket. */
  readonly what: string;
  /** What closes it. */
  readonly end: string;
}

const ENDS: Readonly<Record<string, string>> = { "{": "}", "[": "]" };

/** The quote or bracket that is open on a line: the nearest one above that is not closed where it begins. */
export function unclosed(source: Source, from: number): Unclosed | undefined {
  for (let line = from; line > 0; line--) {
    const text = source.line(line);
    const at = openIn(text);
    if (at === undefined) continue;
    const character = text[at] ?? "";
    const end = ENDS[character];
    return { line, column: at + 1, what: end === undefined ? "quote" : character, end: end ?? character };
  }
  return undefined;
}

/** Where in a line a quote or a bracket begins that does not end there. */
function openIn(line: string): number | undefined {
  const brackets: number[] = [];
  const parts = /"(?:\\.|[^"\\])*"|'(?:''|[^'])*'|(?:^|\s)#.*|(["'])|([[{])|([\]}])|[^"'[\]{}#\s]+|[#\s]/g;
  for (const { 0: part, 1: quote, 2: bracket, 3: end, index } of line.matchAll(parts)) {
    // Inside of a word both are text.
    const begins = /(?:^|[:,[{-])\s*$/.test(line.slice(0, index));
    if (quote !== undefined && begins) return index;
    if (bracket !== undefined && (begins || brackets.length > 0)) brackets.push(index);
    if (end !== undefined) brackets.pop();
    if (part.trim().startsWith("#")) break;
  }
  return brackets[0];
}

/** In which column a line should begin: that of the item, or of the key, above it. */
export function columnRemedy(source: Source, line: number): string | undefined {
  let above = line - 1;
  while (above > 0 && /^\s*(#.*)?$/.test(source.line(above))) above--;
  if (above === 0) return undefined;
  const [, indent = "", dashes = "", what = ""] = /^(\s*)((?:- +)*)([^\s:]*:?)/.exec(source.line(above)) ?? [];
  const own = source.line(line).trimStart();
  if (own.startsWith("- ")) {
    const dash = dashOfList(source, above);
    return dash === undefined ? undefined : `begin it in column ${dash}, as the - above`;
  }
  return `begin it in column ${indent.length + dashes.length + 1}, as \`${what.replace(/:$/, "")}\` above`;
}

/** The column of the nearest list's dash above. */
function dashOfList(source: Source, from: number): number | undefined {
  for (let line = from; line > 0; line--) {
    const [, indent] = /^(\s*)- /.exec(source.line(line)) ?? [];
    if (indent !== undefined) return indent.length + 1;
  }
  return undefined;
}
