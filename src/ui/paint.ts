import { styleText } from "node:util";

export type Tone = "good" | "changed" | "bad" | "unsure" | "dim" | "bold" | "added" | "removed";

/** Colours a text that is already safe to print, or leaves it as it is. */
export type Paint = (tone: Tone, text: string) => string;

const formats = {
  good: "green",
  changed: "yellow",
  bad: "red",
  unsure: "magenta",
  dim: "dim",
  bold: "bold",
  added: "green",
  removed: "red",
} as const;

export function createPaint(color: boolean): Paint {
  if (!color) return (_tone, text) => text;
  // Whether to colour is decided: without this Node decides again, by stdout.
  return (tone, text) => styleText(formats[tone], text, { validateStream: false });
}

/** Whether to colour: FORCE_COLOR and NO_COLOR (https://no-color.org) win, else terminals only. */
export function wantsColor(
  stream: { readonly isTTY?: boolean },
  environment: Readonly<Record<string, string | undefined>>,
): boolean {
  const force = environment["FORCE_COLOR"];
  if (force !== undefined && force !== "") return force !== "0" && force !== "false";
  if (environment["NO_COLOR"] !== undefined && environment["NO_COLOR"] !== "") return false;
  return stream.isTTY === true && environment["TERM"] !== "dumb";
}
