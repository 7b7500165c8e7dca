import { expect } from "chai";
import type { IncomingMessage, ServerResponse } from "node:http";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { uri } from "../../../src/modules/uri.js";
import { runHere, withOnly } from "./local-run.js";
import { changes, execStep, problems, resultOf } from "./support.js";

const tools = "sh cat sed date mktemp rm mv wc head tail grep timeout".split(" ");

/** A server that tells what it was asked; `/broken` answers 500 and tries to look like a result. */
function answer(request: IncomingMessage, response: ServerResponse): void {
  let body = "";
  request.on("data", (chunk: Buffer) => (body += chunk.toString()));
  request.on("end", () => {
    if (request.url === "/broken") response.writeHead(500, { Failed: "no", Variables: "x", "X-Odd": "1" }).end("oh no");
    else if (request.url === "/big") response.end("x".repeat(600_000));
    else {
      const { method, url, headers } = request;
      response.setHeader("Content-Type", "application/json");
      response.end(JSON.stringify({ method, url, body, auth: headers.authorization, type: headers["content-type"] }));
    }
  });
}

/** The result of a request to the server, made by bash alone. */
async function asked(path: string, args: object = {}) {
  const server = createServer(answer);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  try {
    const given = { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}${path}`, ...args };
    const step = execStep(changes(uri, given));
    return resultOf(uri, given, await withOnly([...tools, "bash"], (only) => runHere(step, only)));
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

describe("uri", () => {
  it("asks and gives status, headers and data", async () => {
    const result = await asked("/a?b=c#d");
    expect(result).to.include({ changed: false, status: 200, content_type: "application/json", msg: "OK (41 bytes)" });
    expect(result["json"]).to.deep.equal({ method: "GET", url: "/a?b=c", body: "" });
    expect(result).not.to.have.any.keys("content", "failed");
  });

  it("sends data, with credentials", async () => {
    const body = { a: ['"q"', "ä\n"] };
    const credentials = { url_username: "me", url_password: "p:w" };
    const { json } = await asked("/", { method: "post", body, body_format: "json", ...credentials });
    expect(json).to.deep.equal({
      method: "POST",
      url: "/",
      body: JSON.stringify(body),
      auth: `Basic ${Buffer.from("me:p:w").toString("base64")}`,
      type: "application/json",
    });
    const form = await asked("/", { method: "PUT", body: { a: "1 2", b: [3, "&"] }, body_format: "form-urlencoded" });
    expect(form["json"]).to.include({ body: "a=1+2&b=3&b=%26", type: "application/x-www-form-urlencoded" });
  });

  it("fails on another status, and does not take the server's word for a result", async () => {
    const result = await asked("/broken");
    expect(result).to.include({
      failed: true,
      status: 500,
      x_odd: "1",
      content: "oh no",
      msg: "Status code was 500 and not [200]: Internal Server Error",
    });
    expect(result).not.to.have.property("variables");
    expect(await asked("/broken", { status_code: [500] })).not.to.have.property("failed");
  });

  it("says when the content is cut", async () => {
    const result = await asked("/big", { return_content: true });
    expect(result.truncated).to.deep.equal(["content"]);
    expect((result["content"] as string).length).to.be.within(500_000, 524_288);
  });

  it("fails when nobody answers or nothing can ask", async () => {
    const step = (url: string) => execStep(changes(uri, { url }));
    const refused = await withOnly([...tools, "bash"], (only) => runHere(step("http://127.0.0.1:1/"), only));
    expect(resultOf(uri, { url: "http://127.0.0.1:1/" }, refused))
      .to.include({ failed: true, status: -1 })
      .and.property("msg")
      .match(/^Status code was -1 and not \[200\]: .*Connection refused/s);
    const helpless = await withOnly([...tools, "bash"], (only) => runHere(step("https://127.0.0.1:1/"), only));
    expect(resultOf(uri, { url: "https://127.0.0.1:1/" }, helpless).msg).to.equal(
      "needs curl or GNU wget on the host (for plain http, bash or nc will do)",
    );
  });

  it("shows no secret in its arguments or its summary", () => {
    const given = {
      url: "http://user:CANARY1@host/path?token=CANARY2",
      method: "POST",
      headers: { Authorization: "Bearer CANARY3" },
      url_password: "CANARY4",
      body: "CANARY5",
    };
    const [change] = changes(uri, given);
    expect(JSON.stringify([execStep([change!]).argv, change?.summary, change?.effects])).not.to.include("CANARY");
  });

  it("takes GET and HEAD for reads, and others for anything", () => {
    expect(changes(uri, { url: "http://h/", method: "HEAD" })[0]?.effects).to.deep.equal([]);
    expect(changes(uri, { url: "http://h/x", method: "DELETE" })[0]?.effects).to.deep.equal([
      { kind: "opaque", why: "DELETE http://h/x" },
    ]);
    expect(resultOf(uri, { url: "http://u:p@h/" })).to.deep.equal({ changed: false, url: "http://h/" });
  });

  it("refuses what would be another request", () => {
    expect(problems(uri, { url: "file:///etc/shadow" })).to.deep.equal(["url: must be an http:// or https:// URL"]);
    expect(problems(uri, { url: "http://h/", method: "TRACE" })).to.have.length(1);
    expect(problems(uri, { url: "http://h/", headers: { "X: y\r\nZ": "1" } })).to.have.length(1);
    expect(problems(uri, { url: "http://h/", headers: { X: "1\r\nY: 2" } })).to.deep.equal([
      "headers: a value has a line break",
    ]);
    expect(problems(uri, { url: "http://h/", url_username: "a\nb" })).to.deep.equal(["url_username: has a line break"]);
  });
});
