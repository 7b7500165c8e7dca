/**
 * What a terminal would obey or what would change the order of shown characters: C0 and C1 controls, DEL,
 * bidirectional marks, line and paragraph separators. Tab and newline are text.
 */
const unsafe = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]/g;

/** Text of hosts and users, safe to print: control characters become visible (`\x1b`, `\r`, `\u202e`). */
export function escapeText(text: string): string {
  return text.replace(unsafe, visible);
}

/** The same for what must stay on one line: names, causes. */
export function escapeLine(text: string): string {
  return escapeText(text).replace(/\n/g, "\\n").replace(/\t/g, "\\t");
}

function visible(character: string): string {
  if (character === "\r") return "\\r";
  if (character === "\b") return "\\b";
  const code = character.charCodeAt(0);
  return code < 0x100 ? `\\x${code.toString(16).padStart(2, "0")}` : `\\u${code.toString(16).padStart(4, "0")}`;
}
