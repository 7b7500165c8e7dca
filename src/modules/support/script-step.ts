import type { ExecStep } from "../../contract/step.js";

/**
 * A shell script as a step. It comes by stdin, so that an error names the words and not the whole script; what it
 * starts cannot read from it, and a script that was cut does nothing.
 */
export function scriptStep(script: string, words: readonly string[], more: Partial<ExecStep> = {}): ExecStep {
  const text = `main() {\n${script}\n}\nmain "$@" </dev/null\nexit\n`;
  return { do: "exec", argv: ["sh", "-s", ...words], stdin: { kind: "bytes", bytes: Buffer.from(text) }, ...more };
}
