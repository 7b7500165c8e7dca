import { expect } from "chai";
import { Acme, type Kind, Lab, type LabHost } from "../../lab/index.js";
import { Datadog } from "../../lab/datadog.js";
import { type Site, siteGroups, siteHosts, siteName, writeSite } from "../../lab/site.js";
import { type CliRun, fettle, verdictsOf } from "../../support/cli.js";
import { type Answer, getOnce, type LoadTarget } from "../../support/load.js";

export const playbook = "playbooks/site.yml";
/** A host beside the site: what it may reach, everybody may. */
export const outsider = "other";

/** The whole site on hosts of a lab. The parts of its test share one. */
export class SiteUnderTest {
  #lab: Lab | undefined;
  #acme: Acme | undefined;
  #datadog: Datadog | undefined;
  #site: Site | undefined;
  #ca = "";
  #isUp = false;

  /** `stateless`: the kind of all hosts but those of the databases. */
  constructor(readonly stateless: Kind) {}

  /** Bare hosts, and all that the site needs from outside. */
  async before(): Promise<void> {
    const isDatabase = (name: string): boolean => siteGroups.db.some((one) => one === name);
    const hosts = siteHosts.map((name) => ({ name, kind: isDatabase(name) ? "bookworm" : this.stateless }));
    const other = { name: outsider, kind: "bookworm" as const };
    this.#lab = await Lab.up({ name: `site-${this.stateless}`, fresh: true, hosts: [...hosts, other] });
    this.#acme = await Acme.start(this.lab);
    this.#datadog = await Datadog.start(this.lab);
    this.#site = await writeSite(this.lab, { acme: this.acme, datadog: this.datadog });
    this.#ca = await this.acme.rootPem();
    await this.pointTo("lb1", "lb2");
  }

  async after(): Promise<void> {
    await this.#datadog?.stop();
    await this.#lab?.down();
  }

  /** For a part that runs alone. */
  async ensureUp(): Promise<void> {
    if (!this.#isUp) this.isDone(await this.apply());
  }

  get lab(): Lab {
    return this.#lab!;
  }
  get acme(): Acme {
    return this.#acme!;
  }
  get datadog(): Datadog {
    return this.#datadog!;
  }
  get site(): Site {
    return this.#site!;
  }

  hosts(): readonly LabHost[] {
    return siteHosts.map((name) => this.host(name));
  }

  host(name: string): LabHost {
    return this.lab.host(name);
  }

  /** What the site's name leads to; the ACME server looks at the first one. */
  pointTo(...names: readonly string[]): Promise<void> {
    return this.acme.point(
      siteName,
      names.map((name) => this.host(name).address),
    );
  }

  plan(...more: readonly string[]): Promise<CliRun> {
    return this.run("plan", playbook, ...more);
  }

  apply(...more: readonly string[]): Promise<CliRun> {
    return this.run("apply", playbook, ...more);
  }

  async run(command: "plan" | "apply", path: string, ...more: readonly string[]): Promise<CliRun> {
    const run = await fettle(command, ...this.site.args, path, "--output", "json", ...more);
    if (command === "apply" && path === playbook) this.#isUp ||= run.status === 0;
    return run;
  }

  isDone(run: CliRun): void {
    expect(run.status, run.stdout.slice(-3000) + run.stderr).to.equal(0);
  }

  async everywhere(names: readonly string[], command: string): Promise<readonly string[]> {
    return Promise.all(names.map(async (name) => (await this.host(name).exec(command)).stdout.trim()));
  }

  /** The page by https, at the shared address unless told otherwise. */
  target(path = "/", address = this.site.vip): LoadTarget {
    return { address, name: siteName, path, ca: this.#ca };
  }

  get(path = "/", address?: string): Promise<Answer> {
    return getOnce(this.target(path, address));
  }

  /** Writes a note into the guest book. */
  post(note: string): Promise<Answer> {
    const form = { method: "POST", body: new URLSearchParams({ text: note }).toString() };
    return getOnce({ ...this.target("/notes"), ...form });
  }

  /** Waits until the shared address is at a load balancer, and nowhere else. */
  async isAt(name: string): Promise<void> {
    const has = async (one: string): Promise<boolean> =>
      this.host(one).isRunning && (await this.host(one).exec("ip -o -4 address")).stdout.includes(` ${this.site.vip}/`);
    const other = siteGroups.lb.find((one) => one !== name) ?? "";
    await eventually(`${this.site.vip} is at ${name}`, async () => !(await has(other)) && (await has(name)));
  }
}

export const changedIn = ({ events }: CliRun): readonly string[] =>
  [...verdictsOf(events)].filter(([, status]) => status === "changed").map(([name]) => name);

/** Asks until it is so; fails after half a minute. */
export async function eventually(what: string, isSo: () => Promise<boolean>): Promise<void> {
  for (let i = 0; i < 150; i++) {
    if (await isSo().catch(() => false)) return;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  throw new Error(`it is not so: ${what}`);
}
