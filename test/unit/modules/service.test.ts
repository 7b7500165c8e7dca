import { expect } from "chai";
import type { Query } from "../../../src/contract/query.js";
import type { Change } from "../../../src/contract/change.js";
import { serviceModule } from "../../../src/modules/service.js";
import { systemd } from "../../../src/modules/systemd.js";
import { observeService } from "../../../src/modules/support/service/observe.js";
import type { ServiceState } from "../../../src/probes/service.js";
import { parsed, problems } from "./support.js";

const cron: ServiceState = {
  id: "cron.service",
  exists: true,
  masked: false,
  active: "active",
  failure: "",
  enabled: "enabled",
  canReload: false,
  transient: false,
  needsReload: false,
  wanted: true,
  files: ["/lib/systemd/system/cron.service"],
  pulls: ["dbus.socket"],
  drags: ["mail.service"],
};

const of = (args: object, unit: Partial<ServiceState> | null): readonly Change[] =>
  systemd.diff({ unit: unit === null ? null : { ...cron, ...unit } }, parsed(systemd, { name: "cron", ...args }));
const summaries = (changes: readonly Change[]) => changes.map(({ summary }) => summary);
const named = (change: Change | undefined) =>
  change?.effects.map((effect) => (effect.kind === "disturbs" ? effect.subject : effect.kind));
const believed = (change: Change | undefined) => {
  const effect = change?.effects.find(({ kind }) => kind === "becomes");
  return effect?.kind === "becomes" ? effect.value : undefined;
};
const argv = (change: Change | undefined) => (change?.steps[0]?.do === "exec" ? change.steps[0].argv.join(" ") : "");

async function refusal(wish: object, unit: Partial<ServiceState>, units: readonly string[] = []): Promise<string> {
  const answer = ({ probe }: Query<unknown>) =>
    Promise.resolve(probe.kind === "unitNames" ? units : { ...cron, ...unit });
  const read = Object.assign(answer, { maybe: answer });
  const rest = { daemonReload: false, daemonReexec: false, noBlock: false, force: false };
  return observeService(read as never, { name: "cron", ...rest, ...wish }).then(() => "none", String);
}

const off: Partial<ServiceState> = { active: "inactive", enabled: "disabled", wanted: false };

describe("service and systemd", () => {
  it("do nothing when all is as it shall be", () => {
    expect(of({ state: "started", enabled: true, daemon_reload: true, masked: false }, {})).to.deep.equal([]);
    expect(of({ state: "stopped", enabled: false }, off)).to.deep.equal([]);
    expect(of({ state: "started" }, { active: "activating" })).to.deep.equal([]);
  });

  it("enable, then start, and know the outcome", () => {
    const changes = of({ state: "started", enabled: true }, off);
    expect(summaries(changes)).to.deep.equal(["enable cron", "start cron"]);
    expect(believed(changes[0])).to.deep.equal({ ...cron, active: "inactive" });
    expect(believed(changes[1])).to.deep.equal(cron);
    expect(named(changes[1])).to.include.members(["service:dbus.socket", "file:/run/**"]);
    expect(argv(changes[0])).to.equal("systemctl enable -- cron.service");
    expect(argv(changes[1])).to.equal("sh -s systemctl start -- cron.service");
  });

  it("act on the unit itself, whatever it was called", () => {
    const changes = serviceModule.diff(
      { unit: { ...cron, ...off, id: "crond.service" } },
      parsed(serviceModule, { name: "cron", enabled: true }),
    );
    expect(argv(changes[0])).to.equal("systemctl enable -- crond.service");
  });

  it("stop what is about to stop, and tell what goes along", () => {
    const [change] = of({ state: "stopped" }, { active: "deactivating" });
    expect(believed(change)).to.have.property("active", "inactive");
    expect(named(change)).to.include("service:mail");
    expect(summaries(of({ state: "stopped" }, { active: "failed" }))).to.deep.equal([]);
  });

  it("restart and reload every time, and start what does not run", () => {
    expect(summaries(of({ state: "restarted" }, {}))).to.deep.equal(["restart cron"]);
    expect(summaries(of({ state: "restarted" }, off))).to.deep.equal(["start cron"]);
    expect(summaries(of({ state: "reloaded" }, {}))).to.deep.equal(["reload cron"]);
    expect(summaries(of({ state: "reloaded" }, { active: "failed" }))).to.deep.equal(["start cron"]);
  });

  it("restart a service of which an earlier task leaves nothing known", () => {
    const changes = of({ state: "restarted", daemon_reload: true }, null);
    expect(summaries(changes)).to.deep.equal(["let systemd read its files again", "restart cron"]);
    expect(named(changes[1])).to.include("service:*");
    expect(believed(changes[1])).to.equal(undefined);
  });

  it("read unit files again when they have changed, and do not guess what is in them", () => {
    const changes = of({ enabled: true, daemon_reload: true, state: "restarted" }, { needsReload: true });
    expect(summaries(changes)).to.deep.equal(["let systemd read its files again", "restart cron"]);
    expect(changes.map(believed)).to.deep.equal([undefined, undefined]);
    const whole = systemd.diff({ unit: null }, parsed(systemd, { daemon_reload: true, daemon_reexec: true }));
    expect(whole.map(argv)).to.deep.equal(["systemctl daemon-reload", "systemctl daemon-reexec"]);
  });

  it("mask and unmask", () => {
    const changes = of({ masked: true, state: "stopped" }, {});
    expect(summaries(changes)).to.deep.equal(["mask cron", "stop cron"]);
    expect(believed(changes[1])).to.include({ masked: true, enabled: "masked", active: "inactive" });
    const back = of({ masked: false, state: "started", enabled: true }, { ...off, masked: true, enabled: "masked" });
    expect(summaries(back)).to.deep.equal(["unmask cron", "enable cron", "start cron"]);
    expect(back.map(believed)).to.deep.equal([undefined, undefined, undefined]);
  });

  it("take units that only others start as they are", () => {
    expect(of({ enabled: true }, { enabled: "static" })).to.deep.equal([]);
    expect(of({ enabled: false }, { enabled: "static" })).to.deep.equal([]);
    expect(summaries(of({ enabled: true }, { enabled: "enabled-runtime" }))).to.deep.equal(["enable cron"]);
  });

  it("do not know how it ends when they do not wait", () => {
    const [change] = of({ state: "started", no_block: true }, off);
    expect(argv(change)).to.contain("systemctl start --no-block -- cron.service");
    expect(believed(change)).to.equal(undefined);
  });

  it("say what is wrong with a unit", async () => {
    expect(await refusal({ state: "started" }, { exists: false })).to.contain(
      "there is no service cron; check its name, or install the package that brings it in a task before",
    );
    expect(await refusal({ name: "ngnix" }, { exists: false })).to.equal("none");
    const known = ["cron.service", "nginx.service", "nginx.socket"];
    expect(await refusal({ name: "ngnix", state: "restarted" }, { exists: false }, known)).to.contain(
      "there is no service ngnix; did you mean nginx? Otherwise install the package that brings it in a task before",
    );
    expect(await refusal({ name: "ngnix.socket", enabled: true }, { exists: false }, known)).to.contain(
      "did you mean nginx.socket?",
    );
    expect(await refusal({ masked: true }, { exists: false })).to.equal("none");
    expect(await refusal({ state: "started" }, { ...off, masked: true })).to.contain("cron is masked; unmask it");
    expect(await refusal({ state: "started", masked: false }, { ...off, masked: true })).to.equal("none");
    expect(await refusal({ state: "reloaded" }, {})).to.contain("cron cannot reload its configuration; write state");
    expect(await refusal({ state: "reloaded" }, { active: "inactive" })).to.equal("none");
  });

  it("refuse what they cannot do", () => {
    expect(problems(serviceModule, { name: "a" })).to.deep.equal([": needs state or enabled"]);
    expect(problems(serviceModule, { name: "a*", enabled: true })[0]).to.contain("is not the name of a unit");
    expect(problems(serviceModule, { name: "getty@", enabled: true })[0]).to.contain("name an instance");
    expect(problems(serviceModule, { name: "a", enabled: true, arguments: "-x" })[0]).to.contain("is not supported");
    expect(problems(serviceModule, { name: "a", enabled: true, sleep: 5, pattern: "x" })).to.deep.equal([]);
    expect(problems(systemd, { name: "a", enabled: true, scope: "user" })[0]).to.contain('"user" is not supported yet');
    expect(problems(systemd, { enabled: true })).to.deep.equal([": needs name with state, enabled and masked"]);
    expect(problems(systemd, { name: "a", masked: true, state: "started" })[0]).to.contain("cannot be together");
  });
});
