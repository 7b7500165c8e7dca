import * as yaml from "js-yaml";
import type { FettleError, Place } from "../contract/error.js";
import { shorten } from "./code-text.js";
import type { Source } from "./source.js";

/** What js-yaml says, as an error of the user's: with the cause that is most likely meant. */
export function explainYaml(error: unknown, source: Source): FettleError {
  if (!(error instanceof yaml.YAMLException)) throw error;
  const position = error.mark?.position ?? 0;
  const place = source.place(position);
  const line = source.line(place.line);
  const tab = /^ *\t/.exec(line)?.[0].length;
  if (tab !== undefined)
    return source.error({ ...place, column: tab }, "this is not YAML: a tab stands here", "indent with spaces");
  if (error.reason.startsWith("nesting exceeded")) return source.error(place, "this is nested too deeply");
  const open = /quoted scalar|flow collection|deficient indentation/.test(error.reason)
    ? unclosed(source, place.line)
    : undefined;
  if (open !== undefined) return source.error(open.place, `this is not YAML: this ${open.what} is never closed`);
  const character = source.text[position] ?? "";
  if (/[@`%]/.test(character) && /[:,[{-]\s*$/.test(line.slice(0, place.column - 1))) {
    return source.error(place, `this is not YAML: a plain text cannot begin with ${character}`, "put it in quotes");
  }
  const remedy = remedyFor(line, place.column) ?? remedyAbove(source.line(place.line - 1), error.reason);
  return source.error(place, `this is not YAML: ${error.reason}`, remedy);
}

/** The quote or bracket that is open on a line: the nearest one above that is not closed where it begins. */
function unclosed(source: Source, from: number): { place: Place; what: string } | undefined {
  for (let number = from; number > 0; number--) {
    const line = source.line(number);
    const at = openIn(line);
    if (at !== undefined)
      return {
        place: { file: source.file, line: number, column: at + 1 },
        what: /["']/.test(line[at] ?? "") ? "quote" : (line[at] ?? ""),
      };
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

/** What the line above did wrong, so that this one does not fit. */
function remedyAbove(above: string, reason: string): string | undefined {
  const [, key, value] = /^\s*(?:- +)?([A-Za-z_][\w.]*):([^\s:/].*)$/.exec(above) ?? [];
  if (key !== undefined) return `write a blank behind the colon above: "${key}: ${shorten(value ?? "")}"`;
  return reason.startsWith("bad indentation") ? "the keys of a mapping begin in one column" : undefined;
}

function remedyFor(line: string, column: number): string | undefined {
  const [before, after] = [line.slice(0, column - 1), line.slice(column - 1)];
  if (/:\s*(["']).*\1\s*$/.test(before) && after.trim() !== "")
    return "when a value begins with a quote, all of it must stand in quotes";
  if (/\S:\s+\S.*:(\s|$)/.test(line)) return "put a text that holds `: ` in quotes";
  return undefined;
}
