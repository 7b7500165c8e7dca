import { expect } from "chai";
import { createHash } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { getUrl } from "../../../src/modules/get_url.js";
import { fileStat } from "../../../src/probes/file-stat.js";
import { fileText } from "../../../src/probes/file-text.js";
import { obeysLaws } from "../../support/laws.js";
import { LocalHost } from "../../support/local-host.js";
import { serve, type Web } from "../../support/web.js";
import { problems } from "./support.js";

const sha256 = (text: string): string => createHash("sha256").update(text).digest("hex");
const hello = "hello\n\0world";

describe("get_url", () => {
  let host: LocalHost;
  let web: Web;
  const pages: Parameters<typeof serve>[0] & Record<string, unknown> = {};
  const at = (name: string): string => join(host.folder, name);
  const text = (name: string): string => readFileSync(at(name), "latin1");
  const laws = async (args: object): Promise<readonly string[]> => {
    const bystanders = [fileStat(at("f")), fileText(at("f"))];
    const changes = await obeysLaws(host, getUrl, { url: `${web.url}/f`, dest: at("f"), ...args }, { bystanders });
    return changes.map(({ summary }) => summary);
  };
  /** Applies without the laws: what the module makes of it. */
  const applied = async (args: object) => {
    const params = getUrl.params.parse({ url: `${web.url}/f`, dest: at("f"), ...args });
    const { state, changes } = await host.look(getUrl, params);
    return getUrl.result?.(await host.send(changes), params, state) ?? {};
  };
  const failure = (args: object): Promise<string> =>
    host.look(getUrl, getUrl.params.parse({ url: `${web.url}/f`, dest: at("f"), ...args })).then(
      () => "no failure",
      (error: unknown) => (error as Error).message,
    );

  beforeEach(async () => {
    host = await LocalHost.open();
    Object.assign(pages, { "/f": hello, "/sums": `${sha256("x")}  other\n${sha256(hello)} *./f\n` });
    web = await serve(pages);
  });
  afterEach(() => Promise.all([host.close(), web.close()]));

  it("fetches what is not there, once", async () => {
    expect(await laws({ mode: "0640" })).to.deep.equal([`download ${web.url}/f to ${at("f")}`]);
    expect([text("f"), statSync(at("f")).mode & 0o7777]).to.deep.equal([hello, 0o640]);
    pages["/f"] = "newer";
    expect(await laws({})).to.deep.equal([]);
    expect(await laws({ mode: "0600" })).to.deep.equal([`change ${at("f")} (mode 0640 → 0600)`]);
    expect(web.asked).to.deep.equal(["GET /f"]);
    expect(readdirSync(host.folder)).to.deep.equal(["f"]);
  });

  it("goes into a folder under the URL's name", async () => {
    mkdirSync(at("d"));
    pages["/a%20b"] = "x";
    await laws({ url: `${web.url}/a%20b?token=1`, dest: `${at("d")}/` });
    await laws({ dest: at("d") });
    expect(readdirSync(at("d"))).to.deep.equal(["a b", "f"]);
  });

  it("leaves a file alone that fits the checksum, and asks nobody", async () => {
    writeFileSync(at("f"), hello);
    for (const checksum of [
      `sha256:${sha256(hello).toUpperCase()}`,
      `md5:${createHash("md5").update(hello).digest("hex")}`,
    ])
      expect(await laws({ checksum, force: true })).to.deep.equal([]);
    expect(web.asked).to.deep.equal([]);
  });

  it("replaces one that does not fit, keeping the old one with backup", async () => {
    writeFileSync(at("f"), "old");
    expect(await laws({ checksum: `sha256:${sha256(hello)}`, backup: true })).to.have.length(1);
    expect(readdirSync(host.folder).map(text).sort()).to.deep.equal([hello, "old"]);
  });

  it("never lets in what does not fit the checksum", async () => {
    writeFileSync(at("f"), "old");
    const result = await applied({ checksum: `sha256:${sha256("y")}` });
    expect(result.failed).to.equal(true);
    expect(result.msg).to.equal(
      `${web.url}/f was not downloaded: what came has the sha256 digest ${sha256(hello)}, not ${sha256("y")}; nothing was written`,
    );
    expect([readdirSync(host.folder), text("f")]).to.deep.equal([["f"], "old"]);
  });

  it("takes the digest from a list", async () => {
    const checksum = `sha256:${web.url}/sums`;
    expect(await laws({ checksum })).to.have.length(1);
    expect(await laws({ checksum })).to.deep.equal([]);
    writeFileSync(at("f"), "old");
    expect(await laws({ checksum })).to.have.length(1);
    pages["/sums"] = `${sha256(hello)}\r\n`;
    expect(await laws({ checksum })).to.deep.equal([]);
    pages["/sums"] = `${sha256(hello)}  g\n${sha256("x")}  h\n`;
    expect(await failure({ checksum })).to.contain("the list of checksums names none for the file");
    pages["/sums"] = undefined as never;
    expect(await failure({ checksum })).to.match(/404/);
  });

  it("compares with the server when it is forced to", async () => {
    writeFileSync(at("f"), hello);
    expect(await laws({ force: true })).to.deep.equal([]);
    pages["/f"] = "newer";
    expect(await laws({ force: true })).to.have.length(1);
    expect(text("f")).to.equal("newer");
  });

  it("leaves the old file when there is no answer, or half of one", async () => {
    writeFileSync(at("f"), "old");
    const forced = { checksum: `sha256:${sha256(hello)}` };
    pages["/f"] = (_request, response) => void response.writeHead(500).end("oh no");
    expect((await applied(forced)).msg).to.match(/was not downloaded: .*500/);
    pages["/f"] = (_request, response) => {
      response.writeHead(200, { "Content-Length": "1000" });
      response.write("half", () => response.destroy());
    };
    expect((await applied(forced)).failed).to.equal(true);
    expect([readdirSync(host.folder), text("f")]).to.deep.equal([["f"], "old"]);
  });

  it("sends headers and credentials, and follows redirects", async () => {
    const seen: unknown[] = [];
    pages["/f"] = ({ headers }, response) => {
      seen.push([headers.authorization, headers["x-a"], headers["user-agent"]]);
      response.writeHead(302, { Location: "/g" }).end();
    };
    pages["/g"] = "behind";
    await laws({ url_username: "me", url_password: 'p"w', headers: { "X-A": "1" }, http_agent: "tester" });
    expect(seen).to.deep.equal([[`Basic ${Buffer.from('me:p"w').toString("base64")}`, "1", "tester"]]);
    expect(text("f")).to.equal("behind");
  });

  it("shows no secret in arguments, summary or diff", async () => {
    const url = web.url.replace("//", "//me:CANARY1@");
    const args = { url: `${url}/f?token=CANARY2`, dest: at("f"), headers: { A: "CANARY3" }, url_password: "CANARY4" };
    const { changes } = await host.look(getUrl, getUrl.params.parse(args));
    const [change] = changes;
    const argv = change?.steps.map((step) => (step.do === "exec" ? step.argv : []));
    expect(JSON.stringify([argv, change?.summary, change?.before, change?.after])).not.to.include("CANARY");
    expect(JSON.stringify(await applied(args))).not.to.include("CANARY");
  });

  it("does not go where it cannot", async () => {
    expect(await failure({ dest: at("none/f") })).to.contain(`${at("none")} does not exist`);
    symlinkSync(at("f"), at("link"));
    expect(await laws({ dest: at("link") })).to.have.length(1);
    expect(readdirSync(host.folder)).to.deep.equal(["link"]);
  });

  it("refuses what makes no sense", () => {
    const given = { url: "http://h/f", dest: "/f" };
    const refused = (args: object): string => problems(getUrl, { ...given, ...args }).join();
    expect(refused({ checksum: "abc" })).to.match(
      /^checksum: does not begin with sha256, .*; write "sha256:" before it$/,
    );
    expect(refused({ checksum: "sha256:abc" })).to.equal(
      "checksum: is no sha256 digest: that has 64 hexadecimal digits",
    );
    expect(refused({ checksum: "sha256:file:///x" })).to.equal("checksum: is not an http:// or https:// URL");
    expect(refused({ url: "ftp://h/f" })).to.equal("url: must be an http:// or https:// URL");
    expect(refused({ url: "http://h/", dest: "/d/" })).to.match(/^dest: names a folder, and the URL's path ends/);
    expect(refused({ url: "http://h/..%2f..%2fetc", dest: "/d/" })).to.match(/^dest: names a folder/);
  });
});
