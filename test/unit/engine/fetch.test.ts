import { expect } from "chai";
import { createHash } from "node:crypto";
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { FetchStep } from "../../../src/contract/step.js";
import type { Connection } from "../../../src/contract/transport.js";
import { fetchFile } from "../../../src/engine/fetch.js";
import type { Host } from "../../../src/engine/host.js";
import { connect } from "../../../src/transport/index.js";

describe("fetching a file", () => {
  const folder = mkdtempSync(join(tmpdir(), "fetch-"));
  const [source, to] = [join(folder, "source"), join(folder, "to/file")];
  const content = Buffer.from(Array.from({ length: 300_000 }, (_, i) => (i * 7) % 256));
  const sha256 = createHash("sha256").update(content).digest("hex");
  let connection: Connection;

  before(async () => {
    writeFileSync(source, content);
    connection = await connect({
      ...{ name: "localhost", transport: "local", address: "localhost", sshOptions: {} },
      ...{ connectTimeoutMs: 10_000, becomeMethod: "sudo" },
    });
  });
  after(async () => {
    await connection.close();
    rmSync(folder, { recursive: true });
  });

  const hostOf = (send: Host["send"]): Host =>
    ({
      send,
      waves: { hold: <T>(work: () => Promise<T>) => work() },
      deps: { signal: new AbortController().signal },
    }) as unknown as Host;
  const real = (): Host => hostOf((lane, script, options) => connection.run(lane, script, options));
  const get = (step: Partial<FetchStep>, host = real()): Promise<string> =>
    fetchFile(
      host,
      {},
      { do: "fetch", path: source, sizeBytes: content.length, sha256, to, mode: 0o640, ...step },
    ).then(
      () => "done",
      (error: unknown) => (error as Error).message,
    );
  const names = (): readonly string[] => readdirSync(join(folder, "to"));

  it("is the same byte by byte, with its mode", async () => {
    expect(await get({})).to.equal("done");
    expect(readFileSync(to).equals(content)).to.equal(true);
    expect(statSync(to).mode & 0o7777).to.equal(0o640);
    expect(names()).to.deep.equal(["file"]);
  });

  it("keeps the old file when the host lies", async () => {
    writeFileSync(to, "old");
    for (const lie of [{ sha256: sha256.replace(/./, "x") }, { sizeBytes: content.length + 1 }, { sizeBytes: 5 }])
      expect(await get(lie)).to.match(/has changed while it was fetched, or the host does not tell the truth/);
    expect(await get({ path: join(folder, "none") })).to.match(/none cannot be read/);
    expect([readFileSync(to, "utf8"), names()]).to.deep.equal(["old", ["file"]]);
  });

  it("takes no more than the host said that there is", async () => {
    let stopped = false;
    const endless = hostOf((_lane, _script, options) => {
      const { onOutput, signal } = options ?? {};
      for (let i = 0; i < 1000 && signal?.aborted !== true; i++)
        onOutput?.({ group: 0, item: 0, step: 0, stream: "stdout", bytes: content });
      stopped = signal?.aborted === true;
      return Promise.reject(new Error("stopped"));
    });
    expect(await get({}, endless)).to.match(/does not tell the truth/);
    expect(stopped).to.equal(true);
    expect([readFileSync(to, "utf8"), names()]).to.deep.equal(["old", ["file"]]);
  });

  it("asks nobody for what is known, and says when it cannot be written", async () => {
    const silent = hostOf(() => Promise.reject(new Error("nobody is asked")));
    const bytes = Buffer.from("known");
    const known = { bytes, sizeBytes: 5, sha256: createHash("sha256").update(bytes).digest("hex") };
    expect(await get(known, silent)).to.equal("done");
    expect(readFileSync(to, "utf8")).to.equal("known");
    expect(await get({ ...known, to: join(source, "below/it") }, silent)).to.match(
      /below\/it cannot be written here: /,
    );
  });
});
