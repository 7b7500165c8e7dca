import { PassThrough } from "node:stream";

/** Does work with a terminal on which somebody types; `isTTY` false: with a pipe. What it writes is not shown. */
export async function withTerminal<T>(typed: string, work: () => Promise<T>, isTTY = true): Promise<T> {
  const stdin = Object.getOwnPropertyDescriptor(process, "stdin");
  const write = process.stderr.write.bind(process.stderr);
  const terminal = Object.assign(new PassThrough(), { isTTY });
  Object.defineProperty(process, "stdin", { value: terminal, configurable: true });
  process.stderr.write = () => true;
  try {
    const keys = typed.split(/(?<=[\r\n])/);
    const typing = setInterval(() => terminal.write(keys.shift() ?? ""), 20);
    return await work().finally(() => clearInterval(typing));
  } finally {
    process.stderr.write = write;
    if (stdin !== undefined) Object.defineProperty(process, "stdin", stdin);
  }
}
