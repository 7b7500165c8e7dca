import type { Event, HostCounters, Recap } from "../contract/event.js";
import { escapeLine } from "./escape.js";
import type { ViewOptions } from "./options.js";
import type { Paint, Tone } from "./paint.js";
import { count, showBytes, showDuration } from "./units.js";

type RunEnded = Extract<Event, { type: "runEnded" }>;

const columns: readonly (readonly [keyof Recap, Tone])[] = [
  ["ok", "good"],
  ["changed", "changed"],
  ["unreachable", "bad"],
  ["failed", "bad"],
  ["skipped", "dim"],
  ["rescued", "unsure"],
  ["ignored", "unsure"],
  ["unknown", "unsure"],
];

/** The end of every run: a line a host, what it cost with `-vv`, and how long it took. */
export function recapLines(event: RunEnded, options: ViewOptions, paint: Paint): string[] {
  const hosts = Object.keys(event.recap);
  const width = Math.max(0, ...hosts.map((host) => escapeLine(host).length));
  const widths = columns.map(([key]) => Math.max(...Object.values(event.recap).map((recap) => `${recap[key]}`.length)));
  const table = Object.entries(event.recap).flatMap(([host, recap]) => [
    hostLine(escapeLine(host).padEnd(width), recap, widths, paint),
    ...(options.verbosity >= 2 ? counterLines(event.counters[host], width) : []),
  ]);
  return ["", paint("bold", "recap"), ...table, "", summary(event)];
}

function hostLine(host: string, recap: Readonly<Recap>, widths: readonly number[], paint: Paint): string {
  const cells = columns.map(([key, tone], i) => {
    const cell = `${key}=${recap[key]}`.padEnd(key.length + 1 + (widths[i] ?? 0));
    return recap[key] > 0 ? paint(tone, cell) : cell;
  });
  const tone = recap.failed + recap.unreachable > 0 ? "bad" : recap.changed > 0 ? "changed" : "good";
  return `${paint(tone, host)} : ${cells.join("  ")}`.trimEnd();
}

function counterLines(counters: HostCounters | undefined, width: number): string[] {
  if (counters === undefined) return [];
  const parts = [
    count(counters.roundTrips, "round trip"),
    count(counters.waves, "wave"),
    `${counters.batches} batch${counters.batches === 1 ? "" : "es"}`,
    `${showBytes(counters.bytesSent)} sent`,
    `${showBytes(counters.bytesReceived)} received`,
  ];
  return [`${" ".repeat(width)}   ${parts.join(", ")}`];
}

function summary(event: RunEnded): string {
  const total = (key: keyof Recap) => Object.values(event.recap).reduce((sum, recap) => sum + recap[key], 0);
  const how = event.interrupted ? "interrupted" : event.mode === "plan" ? "planned" : "done";
  const parts = [`${how} in ${showDuration(event.ms)}`, count(Object.keys(event.recap).length, "host")];
  if (event.mode === "plan") parts.push(`${total("changed")} to change`);
  else parts.push(`${total("changed")} changed`);
  if (total("unknown") > 0) parts.push(`${total("unknown")} unknown before an apply`);
  return parts.join(", ");
}
