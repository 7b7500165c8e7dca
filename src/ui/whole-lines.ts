import type { Emit, Event } from "../contract/event.js";

type Output = Extract<Event, { type: "taskOutput" }>;

/** An endless line is passed on in pieces of about this size. */
const maxHeldCharacters = 64 * 1024;

/**
 * Joins pieces of output to whole lines before they go on, so that a secret is not cut in two and lines of different
 * hosts are not mixed. What is left of a line comes when the task settles or the run ends.
 */
export function wholeLines(next: Emit): Emit {
  const held = new Map<string, Output>();
  const release = (keep: (output: Output) => boolean) => {
    for (const [key, output] of held) {
      if (keep(output)) continue;
      held.delete(key);
      next(output);
    }
  };
  return (event) => {
    if (event.type === "taskSettled")
      release((output) => output.host !== event.host || output.task.id !== event.task.id);
    if (event.type === "runEnded") release(() => false);
    if (event.type !== "taskOutput") {
      next(event);
      return;
    }
    const key = `${event.host}\0${event.task.id}\0${event.stream}`;
    const text = (held.get(key)?.text ?? "") + event.text;
    const end = text.length > maxHeldCharacters ? text.length : text.lastIndexOf("\n") + 1;
    if (end > 0) next({ ...event, text: text.slice(0, end) });
    if (end < text.length) held.set(key, { ...event, text: text.slice(end) });
    else held.delete(key);
  };
}
