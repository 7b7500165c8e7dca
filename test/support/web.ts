import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

export interface Web {
  /** Without a slash at its end. */
  readonly url: string;
  /** What was asked, in order: `GET /path`. */
  readonly asked: string[];
  close(): Promise<void>;
}

/** A real HTTP server of a test. What is served can be changed while it runs; anything else is not found. */
export async function serve(
  pages: Readonly<Record<string, Buffer | string | ((request: IncomingMessage, response: ServerResponse) => unknown)>>,
  address = "127.0.0.1",
): Promise<Web> {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    const path = (request.url ?? "").split("?")[0] ?? "";
    asked.push(`${request.method ?? ""} ${path}`);
    const page = pages[path];
    if (page === undefined) response.writeHead(404).end("nothing here");
    else if (typeof page === "function") page(request, response);
    else response.setHeader("Content-Length", Buffer.byteLength(page)).end(page);
  });
  await new Promise<void>((resolve) => server.listen(0, address, resolve));
  return {
    url: `http://${address}:${(server.address() as AddressInfo).port}`,
    asked,
    close: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
        server.closeAllConnections();
      }),
  };
}
