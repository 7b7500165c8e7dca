import { expect } from "chai";
import { createServer } from "node:net";
import type { AddressInfo } from "node:net";
import { waitFor } from "../../../src/modules/wait_for.js";
import { runHere, withOnly } from "./local-run.js";
import { changes, execStep, problems, resultOf } from "./support.js";

async function waited(args: object, path?: string) {
  return resultOf(waitFor, args, await runHere(execStep(changes(waitFor, args)), path));
}

/** While `work` runs, a port of this machine greets whoever comes. */
async function withPort<T>(work: (port: number) => Promise<T>): Promise<T> {
  const server = createServer((socket) => socket.on("error", () => undefined).end("220 ready to serve\n"));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  try {
    return await work((server.address() as AddressInfo).port);
  } finally {
    server.close();
  }
}

const tools = ["sh", "date", "sleep", "cat", "awk", "grep", "timeout"];

describe("wait_for", () => {
  it("sees a port that is open, by bash and without it", async () => {
    await withPort(async (port) => {
      expect(await waited({ port, timeout: 0 })).to.include({ changed: false, state: "started", port, elapsed: 0 });
      const without = await withOnly(tools, (path) => waited({ port, timeout: 0 }, path));
      expect(without).not.to.have.property("failed");
    });
  });

  it("gives up when the time is over", async () => {
    const closed = { port: 1, timeout: 0 };
    expect(await waited(closed)).to.include({ failed: true, msg: "Timeout when waiting for 127.0.0.1:1" });
    expect(await withOnly(tools, (path) => waited(closed, path))).to.include({ failed: true });
    expect(await waited({ ...closed, msg: "too late" })).to.include({ failed: true, msg: "too late" });
  });

  it("waits for the end of a port or a file", async () => {
    expect(await waited({ port: 1, state: "stopped", timeout: 0 })).not.to.have.property("failed");
    expect(await waited({ path: "/nonexistent", state: "absent", timeout: 0 })).not.to.have.property("failed");
    expect(await waited({ path: "/", state: "absent", timeout: 0 })).to.include({
      failed: true,
      msg: "Timeout when waiting for / to be absent",
    });
  });

  it("looks into a file and listens to a port", async () => {
    const path = "/etc/passwd";
    expect(await waited({ path, search_regex: "^(root|-):", timeout: 0 })).not.to.have.property("failed");
    expect(await waited({ path, search_regex: "^--$", timeout: 0 })).to.include({
      msg: "Timeout when waiting for search string ^--$ in /etc/passwd",
    });
    await withPort(async (port) => {
      expect(await waited({ port, search_regex: "^220 ", timeout: 0 })).not.to.have.property("failed");
      expect(await waited({ port, search_regex: "^250 ", timeout: 0 })).to.include({ failed: true });
    });
  });

  it("says what it needs for a port of another host", async () => {
    expect(await withOnly(tools, (path) => waited({ host: "192.0.2.1", port: 1, timeout: 0 }, path))).to.include({
      failed: true,
      msg: "to test a port of another host it needs bash or nc",
    });
  });

  it("changes nothing itself and knows nothing in a dry run", () => {
    expect(changes(waitFor, { port: 1 })[0]?.effects).to.deep.equal([{ kind: "waited" }]);
    expect(resultOf(waitFor, { port: 1 })).not.to.have.any.keys("elapsed", "failed");
  });

  it("refuses what it cannot do", () => {
    expect(problems(waitFor, { port: 1, path: "/x" })).to.deep.equal([": needs port or path, not both"]);
    expect(problems(waitFor, { search_regex: "x" })).to.deep.equal([": search_regex needs port or path"]);
    expect(problems(waitFor, { port: 70000 })).to.deep.equal(["port: must be at most 65535"]);
    expect(problems(waitFor, { port: 1, host: "-x" })).to.deep.equal(["host: is not a host name or address"]);
    expect(problems(waitFor, { port: 1, timeout: 1.5 })).to.deep.equal(["timeout: must be whole seconds"]);
    expect(problems(waitFor, { port: 1, state: "drained" })).to.deep.equal([
      "state: must be one of started, present, stopped, absent (drained is not supported)",
    ]);
  });
});
