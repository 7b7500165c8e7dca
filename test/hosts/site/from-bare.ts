import { expect } from "chai";
import { type CliRun, fettle, verdictsOf, wrongVerdicts } from "../../support/cli.js";
import { snapshot } from "../../support/snapshot.js";
import { changedIn, playbook, type SiteUnderTest } from "./under-test.js";

/** Lines that only one of two texts has. */
function differences(before: string, after: string): readonly string[] {
  const [old, now] = [new Set(before.split("\n")), new Set(after.split("\n"))];
  return [
    ...[...old].filter((line) => !now.has(line)).map((line) => `- ${line}`),
    ...[...now].filter((line) => !old.has(line)).map((line) => `+ ${line}`),
  ];
}

export function fromBareHosts(site: SiteUnderTest): void {
  let plan: CliRun;

  it("is planned without a failed task, and the plan leaves the hosts as they were", async () => {
    // A login makes what logins make; that is not the plan's doing.
    await Promise.all(site.hosts().map((host) => host.ssh("sudo -n true")));
    const before = await Promise.all(site.hosts().map(snapshot));
    plan = await site.plan();
    site.isDone(plan);
    expect([...verdictsOf(plan.events).values()]).to.not.include("failed");
    const after = await Promise.all(site.hosts().map(snapshot));
    expect(after.flatMap((one, i) => differences(before[i] ?? "", one))).to.deep.equal([]);
  });

  it("gives a reason for every unknown, and their number", async () => {
    const { stdout } = await fettle("plan", ...site.site.args, playbook, "--output", "plain");
    const lines = stdout.split("\n");
    const reasonless = lines.filter((line, i) => {
      // The items of a loop have their reasons on lines of their own.
      const isLoop = /^ +\w+ +item=/.test(lines[i + 1] ?? "");
      return /^(?:\w+| +) +unknown /.test(line) && !isLoop && !/\(.+ (?:is|has) .+".+".*\)$/.test(line);
    });
    expect(reasonless).to.deep.equal([]);
    expect(stdout).to.contain("unknown before an apply");
  });

  it("is applied as it was planned: no wrong verdict", async () => {
    const apply = await site.apply();
    site.isDone(apply);
    expect(wrongVerdicts(plan.events, apply.events)).to.deep.equal([]);
    expect(apply.events.filter(({ type }) => type === "notIdempotent")).to.deep.equal([]);
  });

  it("has nothing left to do", async () => {
    const again = await site.apply();
    site.isDone(again);
    expect(changedIn(again)).to.deep.equal([]);
    const detailed = await site.plan("--detailed-exitcode");
    expect(detailed.status, detailed.stdout.slice(-3000)).to.equal(0);
  });
}
