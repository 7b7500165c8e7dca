import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { join, normalize } from "node:path";

/** Serves a folder over HTTP. Usage: serve.ts ADDRESS PORT FOLDER. */
const [address = "127.0.0.1", port = "0", folder = "."] = process.argv.slice(2);

createServer((request, response) => void answer(request, response)).listen(Number(port), address);

async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  // A path that starts with "/" cannot leave its folder once it is normal.
  const path = normalize(decodeURIComponent(new URL(request.url ?? "/", "http://lab").pathname));
  const file = join(folder, path);
  const found = await stat(file).catch(() => null);
  if (!found?.isFile()) return void response.writeHead(404).end("not found\n");
  const modified = new Date(Math.floor(found.mtimeMs / 1000) * 1000);
  const since = request.headers["if-modified-since"];
  if (since !== undefined && new Date(since) >= modified) return void response.writeHead(304).end();
  const headers = { "content-length": found.size, "last-modified": modified.toUTCString() };
  response.writeHead(200, headers);
  if (request.method === "HEAD") return void response.end();
  createReadStream(file).pipe(response);
}
