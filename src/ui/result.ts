import type { ItemOutcome } from "../contract/event.js";
import { escapeText } from "./escape.js";
import type { ViewOptions } from "./options.js";
import { count } from "./units.js";

const maxResultLines = 200;

/** What `register` would hold, with `-v` or in `exec`: a command's output as it is, anything else as JSON. */
export function resultLines(item: ItemOutcome, options: ViewOptions, outputShown: boolean): string[] {
  const { result } = item;
  if (result === undefined || (options.verbosity < 1 && options.showResults !== true)) return [];
  const { stdout, stderr } = result;
  if (typeof stdout !== "string") return jsonLines(result, item.error !== undefined);
  if (outputShown) return [];
  // A failure shows the end of stderr by itself.
  const errors = typeof stderr === "string" && item.error === undefined ? textLines(stderr, "stderr: ") : [];
  return [...textLines(stdout, ""), ...errors];
}

/** Without what the line above says; the error below says what `msg` says. */
function jsonLines(result: Readonly<Record<string, unknown>>, hasError: boolean): string[] {
  const { changed: _changed, failed: _failed, skipped: _skipped, message: _message, msg, ...more } = result;
  const rest = hasError || msg === undefined ? more : { msg, ...more };
  return Object.keys(rest).length === 0 ? [] : textLines(JSON.stringify(rest, null, 2), "");
}

function textLines(text: string, prefix: string): string[] {
  if (text === "") return [];
  const lines = escapeText(text.replace(/\n$/, "")).split("\n");
  const left = lines.length - maxResultLines;
  const shown = left <= 0 ? lines : [...lines.slice(0, maxResultLines), `… ${count(left, "line")} left out`];
  return shown.map((line) => `${prefix}${line}`);
}
