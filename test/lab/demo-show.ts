import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../..", import.meta.url));
const bold = (text: string): string => (process.stdout.isTTY ? `\u001b[1m${text}\u001b[22m` : text);

export function heading(text: string): void {
  console.log(`\n${bold(`── ${text}`)}`);
}

/** Runs `npx fettle …` as a user would type it, visibly. Resolves with its exit status. */
export async function fettle(...args: readonly string[]): Promise<number> {
  console.log(`\n${bold(`$ npx fettle ${args.join(" ")}`)}`);
  // The same program that npx finds, without npm's start-up time.
  const child = spawn(process.execPath, ["dist/cli/main.js", ...args], { cwd: root, stdio: "inherit" });
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("exit", (code, signal) => resolve(signal === null ? (code ?? 1) : 130));
  });
}

/** As `fettle`, and ends the demo when it fails. */
export async function mustFettle(...args: readonly string[]): Promise<void> {
  const status = await fettle(...args);
  if (status === 0) return;
  console.log(`\nThe demo ends here: the command above ended with exit status ${status}.`);
  process.exit(status);
}
