import { createInterface } from "node:readline/promises";
import { Writable } from "node:stream";
import { FettleError, inputError } from "../contract/error.js";

/**
 * Asks for a password on the terminal, without echo. Throws an input error when there is no terminal,
 * and an interruption after Ctrl-C.
 */
export async function askPassword(
  question: string,
  remedy = "set it as a variable instead (ansible_become_password, ansible_password)",
): Promise<string> {
  if (!process.stdin.isTTY) {
    throw inputError(`cannot ask for the ${question}: standard input is not a terminal`, { remedy });
  }
  const silent = new Writable({ write: (_chunk, _encoding, done) => done() });
  const lines = createInterface({ input: process.stdin, output: silent, terminal: true });
  process.stderr.write(`${question}: `);
  try {
    return await lines.question("");
  } catch (error) {
    throw (error as Error).name === "AbortError"
      ? new FettleError({ kind: "interrupted", cause: "interrupted" })
      : error;
  } finally {
    lines.close();
    process.stderr.write("\n");
  }
}
