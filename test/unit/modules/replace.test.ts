import { expect } from "chai";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { replace } from "../../../src/modules/replace.js";
import { complaint, LocalHost } from "../../support/local-host.js";
import { obeysLaws } from "../../support/laws.js";
import { problems } from "./support.js";

describe("replace", () => {
  let host: LocalHost;
  const at = (name: string): string => join(host.folder, name);
  const text = (): string => readFileSync(at("f"), "utf8");
  const laws = (args: object): ReturnType<typeof obeysLaws> => obeysLaws(host, replace, { path: at("f"), ...args });
  const look = (args: object) => host.look(replace, replace.params.parse({ path: at("f"), ...args }));
  const failure = (args: object): Promise<string> =>
    look(args).then(
      () => "no failure",
      (error: unknown) => (error as Error).message,
    );

  before(async () => {
    host = await LocalHost.open();
  });
  after(() => host.close());

  // What Python makes of each was seen with its re module.
  const cases: readonly { title: string; old: string; args: object; becomes: string; msg?: string }[] = [
    { title: "all matches", old: "a1 a2\na3\n", args: { regexp: "a\\d", replace: "b" }, becomes: "b b\nb\n" },
    { title: "with nothing", old: "x # y\n", args: { regexp: " #.*$" }, becomes: "x\n" },
    {
      title: "^ and $ are those of lines",
      old: "a\nba\na",
      args: { regexp: "^a$", replace: "c" },
      becomes: "c\nba\nc",
    },
    { title: "over several lines", old: "a\n\n\nb\n", args: { regexp: "\\n\\n+", replace: "\\n" }, becomes: "a\nb\n" },
    {
      title: "groups by number and name",
      old: "k=v\n",
      args: { regexp: "^(\\w)=(?P<value>.*)$", replace: "\\g<value>:\\1 \\g<1>\\\\" },
      becomes: "v:k k\\\n",
    },
    { title: "dollars are text", old: "a\n", args: { regexp: "(a)", replace: "$1 $&" }, becomes: "$1 $&\n" },
    { title: "a group that took no part", old: "ac\n", args: { regexp: "a(b)?c", replace: "<\\1>" }, becomes: "<>\n" },
    {
      title: "behind after",
      old: "a\n[s]\na\na\n",
      args: { after: "\\[s\\]", regexp: "a", replace: "b" },
      becomes: "a\n[s]\nb\nb\n",
    },
    {
      title: "up to before",
      old: "a\n[s]\na\n",
      args: { before: "\\[s\\]", regexp: "a", replace: "b" },
      becomes: "b\n[s]\na\n",
    },
    {
      title: "between both",
      old: "a\n[s]\na\n[t]\na\n[t]\n",
      args: { after: "\\[s\\]", before: "\\[t\\]", regexp: "^a$", replace: "b" },
      becomes: "a\n[s]\nb\n[t]\na\n[t]\n",
    },
    {
      title: "no such part",
      old: "a\n",
      args: { after: "x", regexp: "a", replace: "b" },
      becomes: "a\n",
      msg: "Pattern for before/after params did not match the given file",
    },
    { title: "nothing found", old: "a\n", args: { regexp: "z" }, becomes: "a\n" },
  ];

  for (const { title, old, args, becomes, msg } of cases) {
    it(title, async () => {
      writeFileSync(at("f"), old);
      const { state } = await look(args);
      const params = replace.params.parse({ path: at("f"), ...args });
      if (msg !== undefined) expect(replace.result?.(undefined, params, state)).to.include({ msg });
      const changes = await laws(args);
      expect(text()).to.equal(becomes);
      expect(changes.length).to.equal(old === becomes ? 0 : 1);
    });
  }

  it("tells how many, and keeps a backup", async () => {
    writeFileSync(at("f"), "aaa");
    const args = { regexp: "a", replace: "b", backup: true };
    const { state } = await look(args);
    const params = replace.params.parse({ path: at("f"), ...args });
    expect(replace.result?.(undefined, params, state)).to.include({ msg: "3 replacements made" });
    await laws(args);
    const backup = readdirSync(host.folder).find((name) => name.startsWith("f.")) ?? "none";
    expect(readFileSync(at(backup), "utf8")).to.equal("aaa");
  });

  it("keeps bytes that are not UTF-8, and the old file when validate says no", async () => {
    writeFileSync(at("f"), Buffer.from([0xff, 0x61]));
    await laws({ regexp: "a", replace: "ä" });
    expect(readFileSync(at("f")).toString("hex")).to.equal("ffc3a4");
    writeFileSync(at("f"), "a");
    const { changes } = await look({ regexp: "a", replace: "b", validate: "false %s" });
    expect(complaint(await host.send(changes))).to.match(/"code":1/);
    expect(text()).to.equal("a");
  });

  it("refuses what makes no sense", async () => {
    expect(problems(replace, { path: "/f" })).to.deep.equal(["regexp: is required"]);
    expect(problems(replace, { path: "/f", regexp: "(" })[0]).to.match(/^regexp: is no regular expression/);
    expect(problems(replace, { path: "/f", regexp: "a", encoding: "latin1" })[0]).to.match(/^encoding: must be utf-8/);
    expect(await failure({ path: at("none"), regexp: "a" })).to.equal(
      `${at("none")} does not exist; make it in an earlier task`,
    );
    writeFileSync(at("f"), "a");
    expect(await failure({ regexp: "a", replace: "\\2" })).to.equal(
      "replace names the group 2, which a does not have; a backslash that is text is written \\\\",
    );
  });
});
