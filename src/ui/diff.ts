import type { ShownChange } from "../contract/event.js";
import type { Shown } from "../contract/change.js";
import { escapeLine, escapeText } from "./escape.js";
import { type Edit, editScript } from "./myers.js";
import type { Paint } from "./paint.js";
import { count } from "./units.js";

const contextLines = 3;
/** A diff longer than this is cut, saying how many lines are left out. */
const maxDiffLines = 400;
const noNewline = "\\ No newline at end of file";

/** The diff of a change, ready to print; nothing when it has no two sides. */
export function changeDiff(change: ShownChange, paint: Paint): string[] {
  if (change.sensitive === true) return [paint("dim", `(${named(change.title)}not shown: secret)`)];
  const { before, after } = change;
  if (before === undefined || after === undefined || before === after) return [];
  if (isText(before) || isText(after)) return textDiff(change.title ?? "", before, after, paint);
  return attributeDiff(change.title, before, after, paint);
}

/** Attributes by name: `mode: "0644" → "0640"`. Only those that differ. */
function attributeDiff(title: string | undefined, before: Attributes, after: Attributes, paint: Paint): string[] {
  const keys = [...new Set([...Object.keys(before ?? {}), ...Object.keys(after ?? {})])];
  const lines = keys
    .filter((key) => before?.[key] !== after?.[key])
    .map((key) => {
      const [old, now] = [shownValue(before?.[key]), shownValue(after?.[key])];
      return `${escapeLine(key)}: ${paint("removed", old)} → ${paint("added", now)}`;
    });
  return title === undefined || lines.length === 0 ? lines : [paint("bold", escapeLine(title)), ...lines];
}

type Attributes = Exclude<Shown, string>;

function shownValue(value: string | number | boolean | null | undefined): string {
  return value === null || value === undefined ? "absent" : escapeLine(JSON.stringify(value));
}

function textDiff(title: string, before: Shown, after: Shown, paint: Paint): string[] {
  const [old, now] = [linesOf(before), linesOf(after)];
  const edits = editScript(old, now);
  const body = hunks(edits).flatMap((hunk) => hunkLines(hunk, old, now, paint));
  const head = [`--- before${side(title, before)}`, `+++ after${side(title, after)}`].map((line) =>
    paint("bold", line),
  );
  const left = body.length - maxDiffLines;
  return left <= 0
    ? [...head, ...body]
    : [...head, ...body.slice(0, maxDiffLines), `… ${count(left, "line")} left out`];
}

function side(title: string, shown: Shown): string {
  const name = title === "" ? "" : `: ${escapeLine(title)}`;
  return shown === null ? `${name} (absent)` : name;
}

/** Each line keeps its newline; so a missing one at the end is a difference. */
function linesOf(shown: Shown): string[] {
  if (shown === null) return [];
  if (isText(shown)) return shown.match(/[^\n]*\n|[^\n]+$/g) ?? [];
  return Object.entries(shown).map(([key, value]) => `${key}: ${shownValue(value)}\n`);
}

/** Groups of edits with their context, near ones together. */
function hunks(edits: readonly Edit[]): (readonly Edit[])[] {
  const found: [number, number][] = [];
  edits.forEach((edit, i) => {
    if (edit.kind === "same") return;
    const last = found.at(-1);
    const [from, to] = [Math.max(0, i - contextLines), Math.min(edits.length, i + contextLines + 1)];
    if (last !== undefined && from <= last[1]) last[1] = to;
    else found.push([from, to]);
  });
  return found.map(([from, to]) => edits.slice(from, to));
}

function hunkLines(hunk: readonly Edit[], old: readonly string[], now: readonly string[], paint: Paint): string[] {
  const removed = hunk.flatMap((edit) => (edit.kind === "added" ? [] : [edit.before]));
  const added = hunk.flatMap((edit) => (edit.kind === "removed" ? [] : [edit.after]));
  const header = `@@ -${span(removed)} +${span(added)} @@`;
  return [paint("dim", header), ...hunk.flatMap((edit) => editLines(edit, old, now, paint))];
}

/** `start,length` as diff -u writes it. With context, a side without lines means that there are none at all. */
function span(indexes: readonly number[]): string {
  const first = indexes[0];
  return first === undefined ? "0,0" : indexes.length === 1 ? `${first + 1}` : `${first + 1},${indexes.length}`;
}

function editLines(edit: Edit, old: readonly string[], now: readonly string[], paint: Paint): string[] {
  switch (edit.kind) {
    case "same":
      return shownLine(" ", old[edit.before] ?? "", (line) => line);
    case "removed":
      return shownLine("-", old[edit.before] ?? "", (line) => paint("removed", line));
    case "added":
      return shownLine("+", now[edit.after] ?? "", (line) => paint("added", line));
    default:
      return edit satisfies never;
  }
}

function shownLine(sign: string, line: string, painted: (line: string) => string): string[] {
  const ended = line.endsWith("\n");
  const shown = painted(`${sign}${escapeText(ended ? line.slice(0, -1) : line)}`);
  return ended ? [shown] : [shown, noNewline];
}

function isText(shown: Shown): shown is string {
  return typeof shown === "string";
}

function named(title: string | undefined): string {
  return title === undefined ? "" : `${escapeLine(title)}: `;
}
