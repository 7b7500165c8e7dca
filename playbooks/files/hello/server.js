// The sample service of the site: a page that says who answered, and a guest book when it is given a database. A note is
// written to the primary; the page is read from a replica. GET /healthz is about this process alone: a database that is
// away must not take every app server out of the rotation.
import { createServer } from "node:http";
import { hostname } from "node:os";
import { Notes } from "./notes.js";
import { page, problem } from "./page.js";

const port = Number(process.env.PORT ?? 3000);
const address = process.env.ADDRESS ?? "0.0.0.0";
const version = process.env.APP_VERSION ?? "unknown";
const notes = Notes.from(process.env);
let ready = true;

const server = createServer((request, response) => {
  if (request.url === "/healthz") {
    response.writeHead(ready ? 200 : 503, { "content-type": "text/plain" });
    response.end(ready ? "ok\n" : "stopping\n");
    return;
  }
  answer(request, response).catch((error) => {
    console.error(`${request.method} ${request.url}: ${error.message}`);
    send(response, error.status ?? 503, problem(error.message));
  });
});

async function answer(request, response) {
  if (notes !== null && request.method === "POST" && request.url === "/notes") {
    await notes.write(new URLSearchParams(await textOf(request)).get("text") ?? "", hostname());
    response.writeHead(303, { location: "/" });
    response.end();
    return;
  }
  const via = String(request.headers["x-forwarded-for"] ?? request.socket.remoteAddress);
  const book = notes === null ? null : await notes.read();
  send(response, 200, page({ host: hostname(), version, via, path: request.url ?? "/", book }));
}

function send(response, status, html) {
  response.writeHead(status, { "content-type": "text/html; charset=utf-8", "x-app-host": hostname() });
  response.end(html);
}

async function textOf(request) {
  let text = "";
  for await (const chunk of request.setEncoding("utf8")) {
    text += chunk;
    if (text.length > 10_000) throw Object.assign(new Error("a note has at most 10,000 characters"), { status: 413 });
  }
  return text;
}

// Answer what is under way, refuse what is new, and go.
process.on("SIGTERM", () => {
  ready = false;
  server.close(() => process.exit(0));
  server.closeIdleConnections();
});

server.listen(port, address, () => console.log(`hello ${version} listens on ${address}:${port}`));
