import { expect } from "chai";
import { existsSync, lstatSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { copy } from "../../../src/modules/copy.js";
import { lineinfile } from "../../../src/modules/lineinfile.js";
import { complaint, LocalHost, noLocal } from "../../support/local-host.js";
import { obeysLaws } from "../../support/laws.js";

describe("lineinfile", () => {
  let host: LocalHost;
  const at = (name: string): string => join(host.folder, name);
  const text = (): string => readFileSync(at("f"), "utf8");
  const laws = (args: object): ReturnType<typeof obeysLaws> => obeysLaws(host, lineinfile, { path: at("f"), ...args });
  const refused = (args: object): string =>
    lineinfile.params.safeParse({ path: "/f", ...args }).error?.issues[0]?.message ?? "not refused";
  const look = (args: object) => host.look(lineinfile, lineinfile.params.parse({ path: at("f"), ...args }));
  const failure = (args: object): Promise<string> =>
    look(args).then(
      () => "no failure",
      (error: unknown) => (error as Error).message,
    );

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
    { title: "a new line goes to the end", old: "a\n", args: { line: "b" }, becomes: "a\nb\n" },
    { title: "the last line gets an end first", old: "a", args: { line: "b" }, becomes: "a\nb\n" },
    { title: "an empty file gets it", old: "", args: { line: "b" }, becomes: "b\n" },
    { title: "a line that is there is enough", old: "a\nb\n", args: { line: "a" }, becomes: "a\nb\n" },
    { title: "a line at the end gets its end", old: "a\nb", args: { line: "b" }, becomes: "a\nb\n" },
    {
      title: "the last match is replaced",
      old: "x=1\ny\nx=2\n",
      args: { regexp: "^x=", line: "x=3" },
      becomes: "x=1\ny\nx=3\n",
    },
    {
      title: "the first with firstmatch",
      old: "x=1\ny\nx=2\n",
      args: { regexp: "^x=", line: "x=3", firstmatch: true },
      becomes: "x=3\ny\nx=2\n",
    },
    { title: "$ is the line's end", old: "ab\na\n", args: { regexp: "a$", line: "a" }, becomes: "ab\na\n" },
    {
      title: "without a match the line that is there stays where it is",
      old: "b\na\n",
      args: { regexp: "^zzz", line: "b" },
      becomes: "b\na\n",
    },
    {
      title: "search_string is no pattern",
      old: "a.b\naxb\n",
      args: { search_string: "a.b", line: "c" },
      becomes: "c\naxb\n",
    },
    { title: "(?i) in front", old: "FOO\n", args: { regexp: "(?i)^foo", line: "foo" }, becomes: "foo\n" },
    { title: "BOF by insertbefore", old: "a\n", args: { line: "b", insertbefore: "BOF" }, becomes: "b\na\n" },
    { title: "BOF by insertafter", old: "a\n", args: { line: "b", insertafter: "BOF" }, becomes: "b\na\n" },
    { title: "EOF", old: "a\n", args: { line: "b", insertafter: "EOF" }, becomes: "a\nb\n" },
    {
      title: "after the last match",
      old: "[s]\na\n[s]\nb\n",
      args: { line: "c", insertafter: "^\\[s" },
      becomes: "[s]\na\n[s]\nc\nb\n",
    },
    {
      title: "after the first match",
      old: "[s]\na\n[s]\nb\n",
      args: { line: "c", insertafter: "^\\[s", firstmatch: true },
      becomes: "[s]\nc\na\n[s]\nb\n",
    },
    {
      title: "after a last line without an end",
      old: "a\n[s]",
      args: { line: "c", insertafter: "^\\[s" },
      becomes: "a\n[s]\nc\n",
    },
    {
      title: "before a match",
      old: "a\nend\n",
      args: { line: "c", insertbefore: "^end" },
      becomes: "a\nc\nend\n",
    },
    {
      title: "at the end where nothing matches",
      old: "a\n",
      args: { line: "c", insertbefore: "^z" },
      becomes: "a\nc\n",
    },
    {
      title: "regexp goes before insertafter",
      old: "x=1\n[s]\n",
      args: { regexp: "^x=", line: "x=2", insertafter: "^\\[s" },
      becomes: "x=2\n[s]\n",
    },
    {
      title: "groups with backrefs",
      old: 'opts="-a -m1 -b"\n',
      args: { regexp: '^(opts=".*)-m\\d(?P<rest>.*)', line: "\\1-m2\\g<rest>", backrefs: true },
      becomes: 'opts="-a -m2 -b"\n',
    },
    {
      title: "a ] that stands first in a class, as Python takes it",
      old: "[a]\n[b] x\n",
      args: { regexp: "^\\[([^]]+)\\]$", line: "<\\1>", backrefs: true },
      becomes: "<a>\n[b] x\n",
    },
    {
      title: "a number of times with no least, as Python takes it",
      old: "aab\n",
      args: { regexp: "^a{,2}b[]]{,1}$", line: "b" },
      becomes: "b\n",
    },
    {
      title: "a group that took no part is empty",
      old: "a\n",
      args: { regexp: "^a(b)?$", line: "a\\1", backrefs: true },
      becomes: "a\n",
    },
    {
      title: "nothing with backrefs and without a match",
      old: "a\n",
      args: { regexp: "^(z)", line: "\\1y", backrefs: true },
      becomes: "a\n",
    },
    { title: "backslashes stay without backrefs", old: "a\n", args: { line: "\\1" }, becomes: "a\n\\1\n" },
    { title: "all equal lines go", old: "a\nb\na\n", args: { line: "a", state: "absent" }, becomes: "b\n" },
    { title: "all matches go", old: "ab\nb\nac", args: { regexp: "^a", state: "absent" }, becomes: "b\n" },
    {
      title: "all with the text go",
      old: "a.b\naxb\n",
      args: { search_string: "a.b", state: "absent" },
      becomes: "axb\n",
    },
  ];

  for (const { title, old, args, becomes } of cases) {
    it(title, async () => {
      writeFileSync(at("f"), old);
      const changes = await laws(args);
      expect(text()).to.equal(becomes);
      expect(changes.length).to.equal(old === becomes ? 0 : 1);
      if (changes[0] !== undefined) expect(changes[0]).to.deep.include({ before: old, after: becomes });
    });
  }

  it("keeps bytes that are not UTF-8", async () => {
    writeFileSync(at("f"), Buffer.from([0xff, 0x0a, 0x61, 0x0a]));
    await laws({ regexp: "^a", line: "ä" });
    expect(readFileSync(at("f")).toString("hex")).to.equal("ff0ac3a40a");
  });

  it("looks after the attributes, and keeps a backup", async () => {
    writeFileSync(at("f"), "a\n", { mode: 0o600 });
    await laws({ line: "a", mode: "0640" });
    expect(statSync(at("f")).mode & 0o7777).to.equal(0o640);
    await laws({ line: "b", backup: true });
    const backup = readdirSync(host.folder).find((name) => name.startsWith("f.")) ?? "none";
    expect(readFileSync(at(backup), "utf8")).to.equal("a\n");
    const { state } = await look({ line: "c", backup: true });
    const result = lineinfile.result?.(undefined, lineinfile.params.parse({ path: at("f"), line: "c" }), state);
    expect(result).to.include({ msg: "line added", mode: "0640" });
    expect(result?.["backup"]).to.match(/\/f\..*~$/);
  });

  it("edits the end of a link", async () => {
    writeFileSync(at("f"), "a\n");
    symlinkSync("f", at("l"));
    await obeysLaws(host, lineinfile, { path: at("l"), line: "b" });
    expect([lstatSync(at("l")).isSymbolicLink(), text()]).to.deep.equal([true, "a\nb\n"]);
  });

  it("makes the file with its folders only when told to", async () => {
    const path = at("x/y/f");
    expect(await failure({ path, line: "a" })).to.equal(`${path} does not exist; write create: true to make it`);
    expect(await obeysLaws(host, lineinfile, { path, line: "a", state: "absent" })).to.deep.equal([]);
    await obeysLaws(host, lineinfile, { path, line: "a", create: true, mode: "0600" });
    expect(readFileSync(path, "utf8")).to.equal("a\n");
    expect(existsSync(at("x/y"))).to.equal(true);
  });

  it("builds on what a task before writes", async () => {
    const first = await host.look(copy, copy.params.parse({ content: "a\n", dest: at("new") }));
    const effects = first.changes.flatMap((change) => change.effects);
    const params = lineinfile.params.parse({ path: at("new"), line: "b" });
    const { changes } = await host.look(lineinfile, params, noLocal, effects);
    expect(changes[0]).to.deep.include({ before: "a\n", after: "a\nb\n" });
  });

  it("keeps the old file when validate says no", async () => {
    writeFileSync(at("f"), "a\n");
    const { changes } = await look({ line: "b", validate: "false %s" });
    expect(complaint(await host.send(changes))).to.match(/"code":1/);
    expect(text()).to.equal("a\n");
  });

  it("refuses what makes no sense", async () => {
    expect(refused({})).to.equal("needs line");
    expect(refused({ state: "absent" })).to.equal("needs line, regexp or search_string");
    expect(refused({ line: "a", regexp: "(" })).to.match(/^is no regular expression: .*Unterminated group/);
    expect(refused({ line: "a", backrefs: true })).to.equal("needs regexp");
    expect(refused({ line: "a", insertafter: "x", insertbefore: "y" })).to.equal(
      "has both insertafter and insertbefore",
    );
    expect(refused({ line: "a\nb" })).to.equal("holds several lines; blockinfile keeps those");
    writeFileSync(at("f"), "a\n");
    expect(await failure({ regexp: "a", line: "\\1", backrefs: true })).to.equal(
      "line names the group 1, which a does not have",
    );
    writeFileSync(at("f"), "a\n".repeat(200_000));
    expect(await failure({ line: "b" })).to.match(
      /is larger than 256 KiB, too large to be edited; write it as a whole/,
    );
  });
});
