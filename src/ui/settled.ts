import type { Event, ItemOutcome, Mode, Status } from "../contract/event.js";
import { changeDiff } from "./diff.js";
import { errorLines } from "./errors.js";
import { escapeLine, escapeText } from "./escape.js";
import type { ViewOptions } from "./options.js";
import type { Paint } from "./paint.js";
import { resultLines } from "./result.js";
import { reason, statusTones, taskLabel } from "./task.js";

export type Settled = Extract<Event, { type: "taskSettled" }>;

export interface Setting {
  readonly mode: Mode;
  readonly options: ViewOptions;
  readonly paint: Paint;
  /** Columns for the host's name. */
  readonly hostWidth: number;
}

/** A settled task of a host: its line, the lines of its items, and below them diffs, messages and failures. */
export function settledLines(event: Settled, setting: Setting, outputShown: boolean): string[] {
  const { options } = setting;
  const loop = event.items.some((item) => item.label !== undefined);
  const why = loop ? "" : event.items.map((item) => reason(item, options.verbosity)).join("");
  const notes = [...(why === "" ? [] : [why]), ...notesOf(event, options.verbosity)];
  const line = statusLine(event.host, event.status, taskLabel(event.task), notes, setting);
  const items = event.items.flatMap((item) => {
    const details = itemDetails(item, event, setting, outputShown);
    const shown = item.label !== undefined && (worthALine(item.status) || details.length > 0 || options.verbosity > 0);
    return [...(shown ? [itemLine(item, setting)] : []), ...details.map((detail) => `    ${detail}`)];
  });
  return [line, ...items.map((item) => item.trimEnd())];
}

/** `web1  changed  nginx : write the config  (write /etc/nginx/nginx.conf)` */
export function statusLine(
  host: string,
  status: Status,
  label: string,
  notes: readonly string[],
  { paint, hostWidth }: Setting,
): string {
  const word = paint(statusTones[status], status.padEnd(7));
  const note = notes.length === 0 ? "" : paint("dim", `  (${notes.join("; ")})`);
  return `${escapeLine(host).padEnd(hostWidth)}  ${word}  ${label}${note}`;
}

function itemLine(item: ItemOutcome, { paint, hostWidth, options }: Setting): string {
  const why = reason(item, options.verbosity);
  const word = paint(statusTones[item.status], item.status.padEnd(7));
  const label = `item=${escapeLine(item.label ?? "")}`;
  return `${" ".repeat(hostWidth)}  ${word}    ${label}${why === "" ? "" : paint("dim", `  (${why})`)}`;
}

function worthALine(status: Status): boolean {
  return status !== "ok" && status !== "skipped";
}

function notesOf(event: Settled, verbosity: number): string[] {
  return [
    ...(event.ranInPlan === true ? ["really ran: check_mode is false"] : []),
    ...(event.noLog ? ["no_log"] : []),
    ...(verbosity > 0 ? event.assuming.map((task) => `assuming "${escapeLine(task)}" changes nothing else`) : []),
  ];
}

function itemDetails(item: ItemOutcome, event: Settled, setting: Setting, outputShown: boolean): string[] {
  const { options, paint, mode } = setting;
  const isShown = event.diff ?? (mode === "plan" || options.showDiffs);
  const diffs = isShown ? item.changes.flatMap((change) => changeDiff(change, paint)) : [];
  const error = item.error === undefined ? [] : errorLines(item.error, paint);
  return [...diffs, ...messageLines(item, event, options), ...resultLines(item, options, outputShown), ...error];
}

/** debug may want more `-v` before it speaks. */
function messageLines(item: ItemOutcome, event: Settled, options: ViewOptions): string[] {
  if (item.message === undefined || item.message === item.error?.cause) return [];
  const wanted = event.task.module === "debug" ? item.result?.["verbosity"] : undefined;
  if (typeof wanted === "number" && wanted > options.verbosity) return [];
  return escapeText(item.message).split("\n");
}
