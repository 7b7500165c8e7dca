// The sample service of the site: one page that says who answered, and a health check. No dependencies.
import { createServer } from "node:http";
import { hostname } from "node:os";

const port = Number(process.env.PORT ?? 3000);
const address = process.env.ADDRESS ?? "0.0.0.0";
const version = process.env.APP_VERSION ?? "unknown";
let ready = true;

const server = createServer((request, response) => {
  if (request.url === "/healthz") {
    response.writeHead(ready ? 200 : 503, { "content-type": "text/plain" });
    response.end(ready ? "ok\n" : "stopping\n");
    return;
  }
  response.writeHead(200, { "content-type": "text/html; charset=utf-8", "x-app-host": hostname() });
  response.end(page(request));
});

function page(request) {
  const via = escape(String(request.headers["x-forwarded-for"] ?? request.socket.remoteAddress));
  return `<!doctype html>
<title>hello</title>
<h1>Hello from ${escape(hostname())}</h1>
<p>version ${escape(version)}, asked by ${via}, path ${escape(request.url ?? "/")}</p>
`;
}

function escape(text) {
  return text.replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`);
}

// Answer what is under way, refuse what is new, and go.
process.on("SIGTERM", () => {
  ready = false;
  server.close(() => process.exit(0));
  server.closeIdleConnections();
});

server.listen(port, address, () => console.log(`hello ${version} listens on ${address}:${port}`));
