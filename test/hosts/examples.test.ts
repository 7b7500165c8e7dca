import { expect } from "chai";
import { cp, mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import pLimit from "p-limit";
import { Lab, type LabHost } from "../lab/index.js";
import { fettle } from "../support/cli.js";
import { exampleOf } from "../support/readme-example.js";
import { checkRuns } from "../support/verdict-case.js";
import { type Case, cases, type Given } from "./example-cases.js";

const kinds = ["bookworm", "trixie"] as const;

/** Each role by itself, on hosts that nothing else was done to, as its README shows it. */
describe("the example of a README works on a bare host:", function () {
  this.timeout(600_000);
  const labs = new Map<string, Lab>();
  const results = new Map<string, Promise<readonly string[]>>();
  const givens: Given[] = [];
  let folder: string;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "fettle-examples-"));
    await Promise.all(
      kinds.map(async (kind) => {
        const mine = cases.filter((one) => one.kinds.includes(kind));
        const hosts = mine.flatMap(({ role, hosts }) => hosts.map((host) => ({ name: `${role}-${host}`, kind })));
        labs.set(kind, await Lab.up({ name: `examples-${kind}`, fresh: true, hosts }));
      }),
    );
    start();
  });

  after(async () => {
    await Promise.all(givens.map(async (given) => given.close?.()));
    await Promise.all(kinds.map((kind) => Lab.down(`examples-${kind}`)));
    await rm(folder, { recursive: true });
  });

  /** Several at a time: they wait for apt and for services. */
  const start = (): void => {
    const lanes = pLimit(5);
    for (const one of cases)
      for (const kind of one.kinds)
        results.set(
          `${one.role} ${kind}`,
          lanes(() => problemsOf(one, kind)),
        );
  };

  const problemsOf = async (one: Case, kind: string): Promise<readonly string[]> => {
    try {
      return await tryOut(one, labs.get(kind)!);
    } catch (error) {
      return [error instanceof Error ? error.message : String(error)];
    }
  };

  const tryOut = async ({ role, hosts, given, shows }: Case, lab: Lab): Promise<readonly string[]> => {
    const machine = (host: string): LabHost => lab.host(`${role}-${host}`);
    const facts = (await given?.(lab, (host) => machine(host).address)) ?? {};
    givens.push(facts);
    const site = await writeSite(role, lab, hosts, machine, facts);
    if (facts.first !== undefined) {
      const run = await fettle("apply", "-i", site.inventory, site.first);
      if (run.status !== 0) return [`what it needs: ${run.stdout.slice(-3000)}${run.stderr}`];
    }
    const mine = site.for === "all" || site.for === hosts[0] ? hosts.slice(0, 1) : hosts;
    const problems = await checkRuns(["-i", site.inventory, site.example], mine.map(machine));
    const [command, says] = shows;
    const shown = await machine(hosts[0] ?? "").exec(command);
    return shown.stdout.trim() === says ? problems : [...problems, `${command}: ${shown.stdout}${shown.stderr}`];
  };

  /** A folder as a newcomer has one: the example as site.yml, the roles beside it, an inventory with its hosts. */
  const writeSite = async (
    role: string,
    lab: Lab,
    hosts: readonly string[],
    machine: (host: string) => LabHost,
    facts: Given,
  ) => {
    const at = join(folder, `${role}-${lab.name}`);
    await mkdir(join(at, "group_vars"), { recursive: true });
    await symlink(resolve("roles"), join(at, "roles"));
    await cp("playbooks/files/hello", join(at, "files/hello"), { recursive: true });
    const inLab = (text: string): string =>
      Object.entries(facts.replaced ?? {}).reduce((all, [old, now]) => all.replaceAll(old, now), text);
    const example = inLab(await exampleOf(role));
    const [, pattern = ""] = /^- hosts: (\S+)$/m.exec(example) ?? [];
    const group = pattern === "all" || hosts.includes(pattern) ? [] : [`[${pattern}]`];
    const lines = hosts.map((host) => `${host} ansible_host=${machine(host).address} ${facts.lines?.[host] ?? ""}`);
    const login = [
      "ansible_user=deploy",
      `ansible_ssh_private_key_file=${lab.keyPath}`,
      `ansible_ssh_common_args='-o UserKnownHostsFile=${lab.knownHostsPath}'`,
    ];
    const files = {
      "hosts.ini": [...group, ...lines, "[all:vars]", ...login, ""].join("\n"),
      "group_vars/all.yml": JSON.stringify(facts.vars ?? {}),
      "site.yml": example,
      "first.yml": inLab(facts.first ?? "[]"),
    };
    for (const [name, text] of Object.entries(files)) await writeFile(join(at, name), text);
    return {
      inventory: join(at, "hosts.ini"),
      example: join(at, "site.yml"),
      first: join(at, "first.yml"),
      for: pattern,
    };
  };

  for (const { role, kinds } of cases)
    for (const kind of kinds)
      it(`${role} on ${kind}`, async () => {
        expect(await results.get(`${role} ${kind}`)).to.deep.equal([]);
      });
});
