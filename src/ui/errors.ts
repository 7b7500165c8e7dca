import type { ErrorDetails, FettleError } from "../contract/error.js";
import { showPlace } from "../contract/error.js";
import { escapeLine, escapeText } from "./escape.js";
import { createPaint, type Paint } from "./paint.js";
import { count } from "./units.js";

/** Lines of evidence that are shown: the end, where causes usually are. */
const maxDetailLines = 30;
/** Nobody reads more of them at a time. */
const maxErrors = 50;

/** An error for people: place and cause, the source with a caret, evidence, and what to do. */
export function errorLines(error: ErrorDetails, paint: Paint): string[] {
  const place = error.place ? `${paint("bold", escapeLine(showPlace(error.place)))} ` : "";
  const [cause = "", ...more] = escapeText(error.cause).split("\n");
  return [
    `${place}${paint("bad", cause)}`,
    ...more.map((line) => `  ${line}`),
    ...indented(error.excerpt, "  "),
    ...detailLines(error.detail).map((line) => paint("dim", `    ${line}`)),
    ...(error.remedy === undefined ? [] : [`  ${paint("good", "→")} ${escapeLine(error.remedy)}`]),
  ];
}

/** Several errors, one after the other, and how many there are. Ends with a newline. */
export function formatErrors(errors: readonly FettleError[], color = false): string {
  const paint = createPaint(color);
  const blocks = errors.slice(0, maxErrors).map((error) => errorLines(error.details, paint).join("\n"));
  const shown = errors.length > maxErrors ? `, the first ${maxErrors} of them shown` : "";
  const total = errors.length > 1 ? [paint("bold", `${count(errors.length, "error")}${shown}`)] : [];
  return `${[...blocks, ...total].join("\n\n")}\n`;
}

export function formatError(error: FettleError, color = false): string {
  return formatErrors([error], color);
}

function indented(text: string | undefined, by: string): string[] {
  return text === undefined
    ? []
    : escapeText(text)
        .split("\n")
        .map((line) => `${by}${line}`.trimEnd());
}

function detailLines(detail: string | undefined): string[] {
  if (detail === undefined || detail.trim() === "") return [];
  const lines = escapeText(detail).trimEnd().split("\n");
  const left = lines.length - maxDetailLines;
  return left <= 0 ? lines : [`… ${count(left, "line")} before`, ...lines.slice(-maxDetailLines)];
}
