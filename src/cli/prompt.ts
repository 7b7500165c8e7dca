import { createInterface } from "node:readline/promises";
import { Writable } from "node:stream";
import { inputError } from "../contract/error.js";

/** Asks for a password on the terminal, without echo. Throws an input error when there is no terminal. */
export async function askPassword(question: string): Promise<string> {
  if (!process.stdin.isTTY) {
    throw inputError(`cannot ask for the ${question}: standard input is not a terminal`, {
      remedy: "set it as a variable instead (ansible_become_password, ansible_password)",
    });
  }
  const silent = new Writable({ write: (_chunk, _encoding, done) => done() });
  const lines = createInterface({ input: process.stdin, output: silent, terminal: true });
  process.stderr.write(`${question}: `);
  try {
    return await lines.question("");
  } finally {
    lines.close();
    process.stderr.write("\n");
  }
}
