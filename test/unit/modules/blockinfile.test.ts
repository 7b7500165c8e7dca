import { expect } from "chai";
import { readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { blockinfile } from "../../../src/modules/blockinfile.js";
import { LocalHost } from "../../support/local-host.js";
import { obeysLaws } from "../../support/laws.js";

const BEGIN = "# BEGIN ANSIBLE MANAGED BLOCK\n";
const END = "# END ANSIBLE MANAGED BLOCK\n";
const block = (text: string): string => BEGIN + text + END;

describe("blockinfile", () => {
  let host: LocalHost;
  const at = (name: string): string => join(host.folder, name);
  const look = (args: object) => host.look(blockinfile, blockinfile.params.parse({ path: at("f"), ...args }));
  const failure = (args: object): Promise<string> =>
    look(args).then(
      () => "no failure",
      (error: unknown) => (error as Error).message,
    );
  const refused = (args: object): string =>
    blockinfile.params.safeParse({ path: "/f", block: "x", ...args }).error?.issues[0]?.message ?? "not refused";

  before(async () => {
    host = await LocalHost.open();
  });
  after(() => host.close());

  interface Case {
    readonly title: string;
    readonly old: string;
    readonly args: object;
    readonly becomes: string;
  }
  const cases: readonly Case[] = [
    { title: "goes to the end", old: "a\n", args: { block: "x\ny" }, becomes: `a\n${block("x\ny\n")}` },
    { title: "gives the last line an end first", old: "a", args: { block: "x\n" }, becomes: `a\n${block("x\n")}` },
    {
      title: "is replaced where it stands",
      old: `a\n${block("x\n")}b`,
      args: { block: "y" },
      becomes: `a\n${block("y\n")}b`,
    },
    { title: "is right already", old: `a\n${block("x\n")}b`, args: { block: "x" }, becomes: `a\n${block("x\n")}b` },
    {
      title: "is found without an end at the end of the file",
      old: `${BEGIN}x\n${END}`.trimEnd(),
      args: { block: "x" },
      becomes: block("x\n"),
    },
    { title: "keeps empty lines in it", old: "", args: { block: "x\n\ny\n\n" }, becomes: block("x\n\ny\n\n") },
    {
      title: "goes before everything",
      old: "a\n",
      args: { block: "x", insertbefore: "BOF" },
      becomes: `${block("x\n")}a\n`,
    },
    {
      title: "goes after the last match",
      old: "a1\na2\nb\n",
      args: { block: "x", insertafter: "^a" },
      becomes: `a1\na2\n${block("x\n")}b\n`,
    },
    {
      title: "goes before the last match",
      old: "a1\na2\nb\n",
      args: { block: "x", insertbefore: "^a" },
      becomes: `a1\n${block("x\n")}a2\nb\n`,
    },
    {
      title: "goes to the end where nothing matches",
      old: "a\nb\n",
      args: { block: "x", insertbefore: "^z" },
      becomes: `a\nb\n${block("x\n")}`,
    },
    {
      title: "goes after a match over lines",
      old: "a\nb\nc\n",
      args: { block: "x", insertafter: "(?m)^a\\nb$" },
      becomes: `a\nb\n${block("x\n")}c\n`,
    },
    {
      title: "has empty lines around it",
      old: "a\nb\n",
      args: { block: "x", insertafter: "^a", prepend_newline: true, append_newline: true },
      becomes: `a\n\n${block("x\n")}\nb\n`,
    },
    {
      title: "has markers of its own, with $& as it is",
      old: "",
      args: { block: "x", marker: "<!-- {mark} -->", marker_begin: "$&", marker_end: "off" },
      becomes: "<!-- $& -->\nx\n<!-- off -->\n",
    },
    { title: "goes with state=absent", old: `a\n${block("x\n")}b\n`, args: { state: "absent" }, becomes: "a\nb\n" },
    { title: "goes when it is empty", old: `a\n${block("x\n")}`, args: { block: "" }, becomes: "a\n" },
    { title: "is not there anyway", old: "a", args: { state: "absent" }, becomes: "a" },
  ];

  for (const { title, old, args, becomes } of cases) {
    it(title, async () => {
      writeFileSync(at("f"), old);
      const changes = await obeysLaws(host, blockinfile, { path: at("f"), ...args });
      expect(readFileSync(at("f"), "utf8")).to.equal(becomes);
      expect(changes.length).to.equal(old === becomes ? 0 : 1);
    });
  }

  it("makes the file with its folders only when told to", async () => {
    const path = at("d/e/f");
    expect(await failure({ path, block: "x" })).to.equal(`${path} does not exist; write create: true to make it`);
    expect(await obeysLaws(host, blockinfile, { path, state: "absent" })).to.deep.equal([]);
    await obeysLaws(host, blockinfile, { path, block: "x", create: true, mode: "0600" });
    expect([readFileSync(path, "utf8"), statSync(path).mode & 0o777]).to.deep.equal([block("x\n"), 0o600]);
  });

  it("does not guess where half a block ends", async () => {
    writeFileSync(at("f"), `a\n${BEGIN}x\n`);
    expect(await failure({ block: "y" })).to.equal(
      `${at("f")}:2 is a marker of the block, but there is no "# END ANSIBLE MANAGED BLOCK" after it; put the block right by hand, or remove the marker`,
    );
    writeFileSync(at("f"), `a\n${END}`);
    expect(await failure({ block: "y" })).to.match(/:2 is a marker .* no "# BEGIN ANSIBLE MANAGED BLOCK" before it/);
    writeFileSync(at("f"), `${END}a\n${BEGIN}`);
    expect(await failure({ block: "y" })).to.match(/:3 is a marker .* no "# END ANSIBLE MANAGED BLOCK" after it/);
  });

  it("refuses what makes no sense", () => {
    expect(refused({ marker: "# mine" })).to.equal("does not hold {mark}, which tells the two lines apart");
    expect(refused({ marker_end: "BEGIN" })).to.equal("is the same as marker_end; they tell the two lines apart");
    expect(refused({ marker: "# {mark}\n" })).to.equal("must be one line");
    expect(refused({ content: "y" })).to.equal("has both block and content, which mean the same");
  });
});
