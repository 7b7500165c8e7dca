import type { Emit, Event, Mode } from "../contract/event.js";
import { Assumptions } from "./assumptions.js";
import { changeDiff } from "./diff.js";
import { errorLines } from "./errors.js";
import { escapeLine, escapeText } from "./escape.js";
import type { ViewOptions } from "./options.js";
import { createPaint } from "./paint.js";
import { recapLines } from "./recap.js";
import { type Setting, settledLines, statusLine } from "./settled.js";
import { summaries, taskLabel } from "./task.js";
import { count, showDuration } from "./units.js";

/** Longer host names do not push everybody's columns to the right. */
const maxHostWidth = 24;

/** Lines of text for pipes, files and CI: what happened, when it happened, in full. */
export function createPlain(write: (text: string) => void, options: ViewOptions): Emit {
  const lines = createLines(options);
  return (event) => {
    const text = lines(event);
    if (text.length > 0) write(`${text.join("\n")}\n`);
  };
}

/** The lines of each event. Keeps what lines depend on: the mode, the columns, which output was shown as it came. */
export function createLines(options: ViewOptions): (event: Event) => string[] {
  const paint = createPaint(options.color);
  const assumptions = new Assumptions();
  const outputShown = new Set<string>();
  let mode: Mode = "apply";
  let hostWidth = 0;
  const at = (level: number, ...text: string[]) => (options.verbosity >= level ? text : []);
  const setting = (): Setting => ({ mode, options, paint, hostWidth });
  const name = (host: string) => escapeLine(host).padEnd(hostWidth);

  return (event) => {
    switch (event.type) {
      case "runStarted":
        mode = event.mode;
        hostWidth = Math.min(maxHostWidth, Math.max(0, ...event.hosts.map((host) => escapeLine(host).length)));
        return [paint("bold", `${event.mode} ${escapeLine(event.title)} on ${count(event.hosts.length, "host")}`)];
      case "playStarted":
        return ["", paint("bold", `play ${escapeLine(event.play)}`) + playSize(event)];
      case "hostConnecting":
        return at(2, `${name(event.host)}  connecting`);
      case "hostConnected":
        return at(2, `${name(event.host)}  connected in ${showDuration(event.ms)}`);
      case "waveSent":
        return at(
          3,
          `${name(event.host)}  asks ${count(event.queries, "question")} in ${count(event.lanes, "script")}`,
        );
      case "batchSent":
        return at(
          3,
          `${name(event.host)}  sends ${count(event.steps, "step")} of ${count(event.tasks.length, "task")}`,
        );
      case "taskStarted":
        return at(3, `${name(event.host)}  begins   ${taskLabel(event.task)}`);
      case "taskOutput":
        if (options.verbosity > 0) outputShown.add(`${event.host}\0${event.task.id}`);
        return options.verbosity > 0 ? outputLines(name(event.host), event.text) : [];
      case "taskSettled":
        assumptions.note(event);
        return settledLines(event, setting(), outputShown.delete(`${event.host}\0${event.task.id}`));
      case "taskRetried":
        return [`${name(event.host)}  ${paint("changed", "retrying")}  ${taskLabel(event.task)}  (${event.left} left)`];
      case "handlerNotified":
        return at(1, `${name(event.host)}  notifies ${escapeLine(event.handler)} (by ${taskLabel(event.by)})`);
      case "hostUnreachable":
        return [
          statusLine(event.host, "unreachable", "", [], setting()).trimEnd(),
          ...errorLines(event.error, paint).map((line) => `    ${line}`),
        ];
      case "hostFailed":
        return at(1, `${name(event.host)}  is done with this play: ${taskLabel(event.task)} failed`);
      case "notIdempotent":
        return [
          `${name(event.host)}  ${paint("bad", "not idempotent")}  ${taskLabel(event.task)}: after the apply it would still ${summaries(event.changes)}`,
          ...event.changes.flatMap((change) => changeDiff(change, paint)).map((line) => `    ${line}`),
        ];
      case "warning":
        return [
          paint(
            "changed",
            `warning: ${event.host === undefined ? "" : `${escapeLine(event.host)}: `}${escapeText(event.text)}`,
          ),
        ];
      case "hostDone":
      case "playEnded":
        return [];
      case "runEnded":
        return [
          ...assumptions.lines().flatMap((line, i) => (i === 0 ? ["", line] : [line])),
          ...recapLines(event, options, paint),
        ];
      default:
        return event satisfies never;
    }
  };
}

function playSize(event: Extract<Event, { type: "playStarted" }>): string {
  return ` (${count(event.hosts.length, "host")}, ${count(event.taskCount, "task")})`;
}

function outputLines(host: string, text: string): string[] {
  return escapeText(text.replace(/\n$/, ""))
    .split("\n")
    .map((line) => `${host} | ${line}`);
}
