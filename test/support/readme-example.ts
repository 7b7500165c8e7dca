import { readFile } from "node:fs/promises";

/** The playbook that a role's README gives as an example: its first block of YAML. */
export async function exampleOf(role: string): Promise<string> {
  const [, text] = /```yaml\n([^]*?)```/.exec(await readmeOf(role)) ?? [];
  if (text === undefined) throw new Error(`roles/${role}/README.md has no example`);
  return text;
}

/** What stands in backticks behind some words of it. */
export async function wordsAfter(role: string, words: string): Promise<string> {
  const readme = await readmeOf(role);
  const at = readme.indexOf(words);
  const [, text] = (at < 0 ? null : /`([^`]+)`/.exec(readme.slice(at + words.length))) ?? [];
  if (text === undefined) throw new Error(`roles/${role}/README.md does not say: ${words}`);
  return text;
}

function readmeOf(role: string): Promise<string> {
  return readFile(`roles/${role}/README.md`, "utf8");
}
