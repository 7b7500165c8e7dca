import type { Emit, Event } from "../contract/event.js";

/** One event a line, as JSON. Control characters are JSON's own escapes, so no terminal obeys them. */
export function createJson(write: (text: string) => void): Emit {
  return (event) => write(`${jsonLine(event)}\n`);
}

export function jsonLine(event: Event): string {
  // JSON.stringify leaves DEL, C1 and bidirectional marks as they are.
  return JSON.stringify(event).replace(/[\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/g, escaped);
}

function escaped(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
}
