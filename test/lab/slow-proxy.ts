import { once } from "node:events";
import { appendFile, readFile, writeFile } from "node:fs/promises";
import { connect, createServer, type Socket } from "node:net";
import type { AddressInfo } from "node:net";
import { knownHostLines } from "./keys.js";
import type { HostNames, LabNames } from "./names.js";

/** A way to a host's port 22 that takes its time; known_hosts knows the host under this address too. */
export interface SlowProxy {
  readonly host: string;
  readonly port: number;
  close(): Promise<void>;
}

/** Delays every byte by `delayMs` each way, in order, without narrowing the stream. It lives in this process. */
export async function startSlowProxy(lab: LabNames, host: HostNames, delayMs: number): Promise<SlowProxy> {
  const open = new Set<Socket>();
  const server = createServer({ allowHalfOpen: true }, (near) => {
    const far = connect({ host: host.address, port: 22, allowHalfOpen: true });
    for (const socket of [near, far]) {
      open.add(socket.setNoDelay());
      socket.on("close", () => open.delete(socket));
    }
    pass(near, far, delayMs);
    pass(far, near, delayMs);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  server.unref();
  const { port } = server.address() as AddressInfo;
  const lines = await knownHostLines(host, `[127.0.0.1]:${port}`);
  await appendFile(lab.knownHostsPath, lines.join("\n") + "\n");
  return {
    host: "127.0.0.1",
    port,
    close: async () => {
      for (const socket of open) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
      await forget(lab.knownHostsPath, lines);
    },
  };
}

function pass(from: Socket, to: Socket, delayMs: number): void {
  const later = (act: () => void): void => void setTimeout(act, delayMs);
  from.on("data", (chunk) => later(() => to.writable && to.write(chunk)));
  from.on("end", () => later(() => to.end()));
  from.on("error", () => later(() => to.destroy()));
}

async function forget(file: string, lines: readonly string[]): Promise<void> {
  const text = await readFile(file, "utf8").catch(() => null);
  if (text === null) return;
  const kept = text.split("\n").filter((line) => !lines.includes(line));
  await writeFile(file, kept.join("\n"));
}
