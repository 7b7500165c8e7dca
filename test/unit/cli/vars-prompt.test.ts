import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { askVariables } from "../../../src/cli/vars-prompt.js";
import {
  extraVars,
  type LoadedPlay,
  loadPlaybooks,
  parseWords,
  Problems,
  readInventory,
} from "../../../src/language/index.js";
import { registry } from "../../../src/modules/index.js";
import { fettle } from "../../support/cli.js";
import { withTerminal } from "../../support/terminal.js";

const folder = mkdtempSync(join(tmpdir(), "fettle-prompt-"));
const path = join(folder, "p.yml");
after(() => rmSync(folder, { recursive: true }));

function load(prompts: string, hosts = "all"): readonly LoadedPlay[] {
  writeFileSync(
    path,
    `- hosts: ${hosts}\n  gather_facts: false\n  vars: { version: play }\n  vars_prompt: ${prompts}\n  tasks:\n    - debug: { msg: "<%= version %>" }\n`,
  );
  return loadPlaybooks([path], {
    ...{ registry, inventory: readInventory(["a,b,"]), problems: new Problems(), tags: { only: [], skip: [] } },
    ...{ extraVars: [], roleFolders: [], forceHandlers: false },
  });
}

const textOf = (plays: readonly LoadedPlay[]): unknown => {
  const task = plays[0]?.sections[1]?.tasks[0];
  const scope = task?.scope("a", { lookup: () => undefined, names: () => [], facts: {}, magic: {} });
  return scope === undefined ? undefined : task?.args.evaluate(scope)["msg"];
};

describe("vars_prompt", () => {
  it("gives variables what is typed, above the play's own; a private one is a secret", async () => {
    const plays = load("[{ name: version, prompt: Which? }]");
    expect(await withTerminal("1.2.3\r", () => askVariables(plays, []))).to.deep.equal(["1.2.3"]);
    expect(textOf(plays)).to.equal("1.2.3");
  });

  it("takes the default for an empty answer, and asks twice with confirm until both are the same", async () => {
    const plays = load("[{ name: version, default: 1, private: false }]");
    expect(await withTerminal("\r", () => askVariables(plays, []))).to.deep.equal([]);
    expect(textOf(plays)).to.equal("1");
    // It stands in the playbook: hiding a common word would blot it out everywhere.
    expect(await withTerminal("\r", () => askVariables(load("[{ name: version, default: word }]"), []))).to.be.empty;
    const twice = load("[{ name: version, confirm: true }]");
    await withTerminal("one\rtwo\rthree\rthree\r", () => askVariables(twice, []));
    expect(textOf(twice)).to.equal("three");
  });

  it("makes a hash of it with encrypt", async () => {
    const plays = load("[{ name: version, encrypt: sha512_crypt, salt: abcdefgh }]");
    await withTerminal("secret\r", () => askVariables(plays, []));
    expect(textOf(plays)).to.match(/^\$6\$abcdefgh\$.{86}$/);
    expect(() => load("[{ name: version, encrypt: rot13 }]")).to.throw(/p\.yml:4:\d+ .*rot13/);
  });

  it("does not ask for what -e gives", async () => {
    const plays = load("[{ name: version }]");
    expect(await askVariables(plays, extraVars(["version=9"], parseWords))).to.deep.equal([]);
  });

  it("may decide on which hosts the play runs", async () => {
    const plays = load("[{ name: target, private: false }]", "<%= target %>");
    await withTerminal("b\r", () => askVariables(plays, []));
    expect(plays[0]?.hostsNow?.()).to.deep.equal(["b"]);
  });

  it("takes the default without a terminal, and is an error where there is none", async () => {
    load("[{ name: version, default: d }]");
    const taken = await fettle("plan", path, "-i", "a,", "-e", "ansible_connection=local");
    expect(taken.stdout).to.match(/\bd\b/);
    load("[{ name: version }]");
    const refused = await fettle("plan", path, "-i", "a,", "-e", "ansible_connection=local");
    expect([refused.status, refused.stderr]).to.deep.equal([
      1,
      `${path}:4:25 cannot ask for "version": standard input is not a terminal\n` +
        `  4 |   vars_prompt: [{ name: version }]\n                              ^\n  → give it by -e version=…, or a default\n`,
    ]);
  });

  it("may say of itself by templates what it wants", () => {
    const [prompt] = load(
      '[{ name: n, prompt: "after <%= version %>", default: "<%= version %>.1", private: "<%= false %>" }]',
    ).flatMap((play) => play.prompts);
    expect([prompt?.question(), prompt?.otherwise(), prompt?.isPrivate()]).to.deep.equal([
      "after play",
      "play.1",
      false,
    ]);
  });

  it("may decide how many hosts are taken at a time", async () => {
    const [play] = load("[{ name: n, default: 1 }]\n  serial: <%= n %>");
    await withTerminal("2\r", () => askVariables(play === undefined ? [] : [play], []));
    expect(play?.rolling.serial).to.deep.equal([2]);
  });

  it("tells what an answer is wrong for before anything is touched", async () => {
    const wrong = async (prompts: string, hosts?: string) => {
      load(prompts, hosts);
      const { status, stderr } = await fettle("plan", path, "-i", "a,", "-e", "ansible_connection=local");
      return [status, stderr.split("\n")[0]?.replace(path, "p.yml")];
    };
    expect(await wrong("[{ name: t, default: nobody, private: false }]", "<%= t %>")).to.deep.equal([
      1,
      'p.yml:1:10 no host and no group is called "nobody"',
    ]);
    expect(await wrong("[{ name: n, default: many, private: false }]\n  serial: <%= n %>")).to.deep.equal([
      1,
      'p.yml:5:11 serial: "many" is no number of hosts',
    ]);
  });

  it("refuses what it does not know", () => {
    expect(() => load("[{ name: version, promt: x }]")).to.throw(
      /p\.yml:4:34 vars_prompt has no key "promt"; did you mean "prompt"/,
    );
    expect(() => load("[{ prompt: x }]")).to.throw(/needs name:/);
  });
});
