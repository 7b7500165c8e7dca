import { existsSync, mkdtempSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { main } from "../../src/cli/program.js";
import { type Case, commandOf, layOut } from "./case.js";

export interface Said {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
  /** Places that are marked in the case, or named. */
  readonly marked: readonly string[];
  /** Whether a login was tried. */
  readonly touched: boolean;
}

/** These may speak to hosts. */
const SPEAKING = new Set(["plan", "apply", "exec", "facts"]);

/**
 * Runs the command line in a folder of the case's own, in this process: a hundred of them take no longer than a few
 * that are started. Every login would go through a program that leaves a trace.
 */
export async function runCase(one: Case): Promise<Said> {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), "fettle-broken-")));
  const trace = join(folder, ".touched");
  const [command = "", ...args] = commandOf(one);
  const speaks = SPEAKING.has(command) ? ["--ssh-common-args", `-o ProxyCommand='touch ${trace}'`] : [];
  try {
    const marked = [...layOut(one, folder), ...(one.at ?? [])];
    const said = await inFolder(folder, { ...one.env, NO_COLOR: "1" }, () =>
      main(["node", "fettle", command, ...args, ...speaks]),
    );
    const plain = (text: string): string =>
      text.replaceAll(folder, "/case").replace(/(planned|applied) in [\d.]+ m?s/g, "$1 in … ms");
    return { ...said, stdout: plain(said.stdout), stderr: plain(said.stderr), marked, touched: existsSync(trace) };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Work whose files are beside it, and what it writes. */
async function inFolder(
  folder: string,
  env: Readonly<Record<string, string>>,
  work: () => Promise<number>,
): Promise<Pick<Said, "status" | "stdout" | "stderr">> {
  const [cwd, before] = [process.cwd(), { ...process.env }];
  const [stdout, stderr] = [capture(process.stdout), capture(process.stderr)];
  process.chdir(folder);
  Object.assign(process.env, env);
  try {
    const status = await work();
    return { status, stdout: stdout.text(), stderr: stderr.text() };
  } finally {
    stdout.end();
    stderr.end();
    process.chdir(cwd);
    for (const name of Object.keys(env)) restore(name, before[name]);
  }
}

function restore(name: string, value: string | undefined): void {
  if (value === undefined) Reflect.deleteProperty(process.env, name);
  else process.env[name] = value;
}

function capture(stream: NodeJS.WriteStream): { text: () => string; end: () => void } {
  // eslint-disable-next-line @typescript-eslint/unbound-method -- put back as it was
  const { write, isTTY } = stream;
  let text = "";
  stream.isTTY = false;
  stream.write = (chunk: string | Uint8Array, ...rest: unknown[]): boolean => {
    text += typeof chunk === "string" ? chunk : Buffer.from(chunk).toString("utf8");
    const done = rest.findLast((one) => typeof one === "function");
    if (done !== undefined) (done as () => void)();
    return true;
  };
  return { text: () => text, end: () => Object.assign(stream, { write, isTTY }) };
}
