import { createInterface } from "node:readline/promises";
import { FettleError, inputError } from "../contract/error.js";
import type { Confirm } from "../engine/run.js";

/** `--step`: asks before each task. Throws an input error without a terminal. */
export function stepping(): Confirm {
  if (!process.stdin.isTTY)
    throw inputError("--step asks before each task, and standard input is not a terminal", {
      remedy: "use --start-at-task or --tags to choose tasks",
    });
  let goesOn = false;
  return async ({ name, role }) => {
    if (goesOn) return true;
    const label = role === undefined ? name : `${role} : ${name}`;
    const answer = await ask(`Perform task: ${label} (N)o/(y)es/(c)ontinue: `);
    if (/^c/i.test(answer)) goesOn = true;
    return goesOn || /^y/i.test(answer);
  };
}

async function ask(question: string): Promise<string> {
  const lines = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return (await lines.question(question)).trim();
  } catch (error) {
    if ((error as Error).name === "AbortError") throw new FettleError({ kind: "interrupted", cause: "interrupted" });
    throw error;
  } finally {
    lines.close();
  }
}
