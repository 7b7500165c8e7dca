import { expect } from "chai";
import { load } from "js-yaml";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { fettle } from "../../support/cli.js";

type Options = Readonly<Record<string, { readonly type: string; readonly required?: boolean }>>;

const specOf = (role: string): string => `roles/${role}/meta/argument_specs.yml`;
const roles = readdirSync("roles").filter((role) => existsSync(specOf(role)));
const optionsOf = (role: string): Options =>
  (load(readFileSync(specOf(role), "utf8")) as { argument_specs: { main: { options: Options } } }).argument_specs.main
    .options;

/** A value that no input of the type can have. */
const wrong: Readonly<Record<string, string>> = {
  str: "{ a: 1 }",
  path: "[a]",
  int: "many",
  bool: "perhaps",
  list: "{ a: 1 }",
  dict: "[a]",
};

const misspelt = (name: string): string => name.slice(0, -1);

/** A line with the input, and what is said to it. */
type Mistake = (name: string, option: Options[string], role: string) => readonly [line: string, says: string];

const ofWrongType: Mistake = (name, { type }) => [`${name}: ${wrong[type]}`, `${name} is `];
const leftEmpty: Mistake = (name, { required }, role) => [
  `${name}:`,
  required === true ? `the role ${role} needs the input "${name}"` : `${name} is empty, and it must be `,
];
const ofNoSuchName: Mistake = (name, _option, role) => [
  `${misspelt(name)}: 1`,
  `the role ${role} has no input "${misspelt(name)}"`,
];

/** Every input of every role. The host cannot be reached: whoever tries it says so. */
describe("a mistake in an input is told with its place and a remedy, before a host is asked:", function () {
  this.timeout(60_000);
  let folder: string;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "fettle-mistakes-"));
    await writeFile(join(folder, "hosts.ini"), "[galera]\nhere ansible_host=192.0.2.1\n");
  });
  after(() => rm(folder, { recursive: true }));

  /** A play for each kind of mistake, with the role and all its inputs. */
  const check = async (role: string, mistakes: readonly Mistake[]): Promise<void> => {
    const playbook = join(folder, "play.yml");
    const lines: string[] = [];
    const expected: string[] = [];
    for (const mistake of mistakes) {
      const role3 = lines.push("- hosts: all", "  roles:", `    - role: ${resolve("roles", role)}`);
      for (const [name, option] of Object.entries(optionsOf(role)).filter(([, { type }]) => type !== "raw")) {
        const [line, says] = mistake(name, option, role);
        const at = says.includes(" needs the input ") ? role3 : lines.length + 1;
        lines.push(`      ${line}`);
        expected.push(`${playbook}:${at}:7 ${says}`);
      }
    }
    await writeFile(playbook, `${lines.join("\n")}\n`);
    const run = await fettle("apply", "-i", join(folder, "hosts.ini"), playbook);
    expect([run.status, run.stdout], run.stderr).to.deep.equal([1, ""]);
    const blocks = run.stderr.split("\n\n").filter((block) => block.startsWith(playbook));
    const unsaid = expected.filter((start) => !blocks.some((block) => block.startsWith(start)));
    expect(unsaid, run.stderr).to.deep.equal([]);
    for (const block of blocks) expect(block).to.match(/\n {2}→ ./);
  };

  for (const role of roles) {
    it(`${role}: a wrong type, or nothing`, () => check(role, [ofWrongType, leftEmpty]));
    it(`${role}: misspelt`, () => check(role, [ofNoSuchName]));
  }
});
