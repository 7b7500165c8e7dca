import { expect } from "chai";
import { symlinkSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Effect } from "../../../src/contract/change.js";
import { copy } from "../../../src/modules/copy.js";
import { slurp } from "../../../src/modules/slurp.js";
import { LocalHost, noLocal } from "../../support/local-host.js";

describe("slurp", () => {
  let host: LocalHost;
  const at = (name: string): string => join(host.folder, name);
  const read = async (src: string, effects: readonly Effect[] = []): Promise<Buffer> => {
    const params = slurp.params.parse({ src });
    const { state } = await host.look(slurp, params, noLocal, effects);
    const { content, encoding, source } = slurp.result?.([], params, state) ?? {};
    expect([encoding, source]).to.deep.equal(["base64", src]);
    return Buffer.from(content as string, "base64");
  };
  const failure = (src: string): Promise<string> =>
    read(src).then(
      () => "no failure",
      (error: unknown) => (error as Error).message,
    );

  beforeEach(async () => {
    host = await LocalHost.open();
  });
  afterEach(() => host.close());

  it("reads any bytes, through a link", async () => {
    const bytes = Buffer.from([0, 1, 10, 255, 13, 10]);
    writeFileSync(at("f"), bytes);
    symlinkSync("f", at("l"));
    expect(await read(at("l"))).to.deep.equal(bytes);
  });

  it("reads a big file", async () => {
    const bytes = Buffer.alloc(700_000, "abc\n");
    writeFileSync(at("f"), bytes);
    expect((await read(at("f"))).equals(bytes)).to.equal(true);
  });

  it("reads what a task before will write", async () => {
    const { changes } = await host.look(copy, copy.params.parse({ content: "later", dest: at("f") }));
    const effects = changes.flatMap((change) => change.effects);
    expect((await read(at("f"), effects)).toString()).to.equal("later");
  });

  it("says why there is nothing to read", async () => {
    expect(await failure(at("none"))).to.equal(`${at("none")} does not exist`);
    expect(await failure(host.folder)).to.equal(`${host.folder} is a folder or a device, not a file`);
    writeFileSync(at("f"), "");
    truncateSync(at("f"), 65 * 1024 * 1024);
    expect(await failure(at("f"))).to.match(/is larger than 64 MiB, too large for a variable; fetch it/);
  });

  it("takes src or path, not both", () => {
    expect(slurp.params.parse({ path: "/f" })).to.deep.equal({ src: "/f" });
    expect(slurp.params.safeParse({}).error?.issues[0]?.message).to.equal("needs src");
    expect(slurp.params.safeParse({ src: "/a", path: "/b" }).success).to.equal(false);
  });
});
