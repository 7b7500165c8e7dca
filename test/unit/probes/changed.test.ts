import { expect } from "chai";
import { becomes, isNamed } from "../../../src/contract/change.js";
import type { Query } from "../../../src/contract/query.js";
import { namedBy } from "../../../src/engine/touch.js";
import { aptListsFresh } from "../../../src/probes/apt.js";
import { aptPlan, nothingPlanned } from "../../../src/probes/apt-plan.js";
import { service } from "../../../src/probes/service.js";
import { shadow } from "../../../src/probes/shadow.js";
import { userHome } from "../../../src/probes/user-home.js";

const changedBy = <V>(query: Query<V>, value: V) => [becomes(query, value)].filter(isNamed).flatMap(namedBy);

/** An answer depends on more than what has changed when a task says what it will be. */
describe("what has changed when an answer is predicted", () => {
  it("is a service, not its files and not systemd", () => {
    const state = { id: "cron.service", files: ["/lib/systemd/system/cron.service"] } as never;
    for (const subject of changedBy(service("cron"), state)) expect(subject).to.match(/^service:cron(\/|$)/);
  });

  it("is a user, not the home and not everybody's passwords", () => {
    expect(changedBy(shadow("ada"), null)).to.deep.equal(["user:ada"]);
    const home = { path: "/home/ada", missing: [] };
    expect(changedBy(userHome({ user: "ada", path: null }), home)).to.deep.equal(["user:ada"]);
  });

  it("is what apt has, not where it has it from", () => {
    const named = [...changedBy(aptListsFresh(60), true), ...changedBy(aptPlan(["upgrade"]), nothingPlanned)];
    expect(named.filter((subject) => subject.startsWith("file:/etc"))).to.deep.equal([]);
  });
});
