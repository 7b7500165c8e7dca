import { createInterface } from "node:readline/promises";
import { FettleError } from "../contract/error.js";
import type { Layer, LoadedPlay, Prompt } from "../language/index.js";
import { askPassword } from "./prompt.js";

/**
 * Asks for the variables of `vars_prompt` that the command line does not give, and hands out those that are secret.
 * Without a terminal the defaults are taken; throws an input error where there is none.
 */
export async function askVariables(
  plays: readonly LoadedPlay[],
  extraVars: readonly Layer[],
): Promise<readonly string[]> {
  const secrets: string[] = [];
  const isGiven = (name: string): boolean => extraVars.some(({ values }) => values.has(name));
  for (const prompt of plays.flatMap((play) => play.prompts)) {
    if (isGiven(prompt.name)) continue;
    const value = await ask(prompt);
    prompt.answer(value);
    // A default stands in the playbook for all to read, and may be a common word.
    if (prompt.isPrivate() && value !== "" && value !== prompt.otherwise()) secrets.push(value);
  }
  return secrets;
}

async function ask(prompt: Prompt): Promise<string> {
  const [otherwise, isPrivate] = [prompt.otherwise(), prompt.isPrivate()];
  if (!process.stdin.isTTY) {
    if (otherwise !== undefined) return otherwise;
    throw prompt.error(
      `cannot ask for "${prompt.name}": standard input is not a terminal`,
      `give it by -e ${prompt.name}=…, or a default`,
    );
  }
  const shown = isPrivate ? "hidden" : otherwise;
  const question = otherwise === undefined ? prompt.question() : `${prompt.question()} [${shown}]`;
  for (;;) {
    const first = await answerTo(question, isPrivate);
    if (!prompt.confirm() || first === (await answerTo(`confirm ${question}`, isPrivate)))
      return first === "" ? (otherwise ?? "") : first;
    process.stderr.write("***** VALUES ENTERED DO NOT MATCH *****\n");
  }
}

async function answerTo(question: string, isPrivate: boolean): Promise<string> {
  if (isPrivate) return askPassword(question);
  const lines = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return await lines.question(`${question}: `);
  } catch (error) {
    if ((error as Error).name === "AbortError") throw new FettleError({ kind: "interrupted", cause: "interrupted" });
    throw error;
  } finally {
    lines.close();
  }
}
