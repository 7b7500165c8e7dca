import { execFileSync, spawn } from "node:child_process";
import { mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ExecStep, StepResult } from "../../../src/contract/step.js";

/** Runs an exec step's command on this machine, as a host would; guards are left out. */
export async function runHere(step: ExecStep, path = process.env["PATH"] ?? ""): Promise<StepResult> {
  const [program = "", ...args] = step.argv;
  const child = spawn(program, args, { cwd: step.cwd, env: { PATH: path } });
  const kept = (stream: NodeJS.ReadableStream) => {
    const chunks: Buffer[] = [];
    stream.on("data", (chunk: Buffer) => chunks.push(chunk));
    return () => ({ bytes: Buffer.concat(chunks), totalBytes: Buffer.concat(chunks).length, truncated: false });
  };
  const [stdout, stderr] = [kept(child.stdout), kept(child.stderr)];
  child.stdin.on("error", () => undefined);
  child.stdin.end(step.stdin?.kind === "bytes" ? step.stdin.bytes : "");
  const code = await new Promise<number>((resolve) => child.on("close", (status) => resolve(status ?? 255)));
  return { outcome: { kind: "exited", code, ok: code === 0 }, stdout: stdout(), stderr: stderr() };
}

/** A folder with only these programs in it, to be used as a PATH while `work` runs. */
export async function withOnly<T>(programs: readonly string[], work: (path: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), "only-"));
  try {
    for (const program of programs) {
      const found = execFileSync("sh", ["-c", 'command -v "$1"', "sh", program], { encoding: "utf8" }).trim();
      symlinkSync(found, join(folder, program));
    }
    return await work(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}
