import { expect } from "chai";
import type { Query, Read } from "../../../src/contract/query.js";
import { setup } from "../../../src/modules/setup.js";
import { makeRead } from "../../../src/engine/read.js";
import { noLocal } from "../../support/local-host.js";
import { ask } from "../../support/probing.js";
import { parsed, problems } from "./support.js";

/** What setup returns here, and the kinds of questions that it asked. */
async function facts(args: unknown): Promise<{ names: string[]; asked: string[] }> {
  const asked: string[] = [];
  const read: Read = makeRead((query: Query<unknown>) => {
    asked.push(query.id.replace(/^facts\/|:$/g, ""));
    return Promise.resolve(ask(query.probe, [query.key])[0]);
  }, false);
  const params = parsed(setup, args);
  const state = await setup.observe(read, params, noLocal);
  const result = setup.result!([], params, state);
  return { names: Object.keys(result["ansible_facts"] as object).sort(), asked: asked.sort() };
}

const MIN = ["distribution", "env", "hostName", "kernel", "managers", "time", "user"];

describe("setup", () => {
  it("reads everything but packages and services", async () => {
    const { names, asked } = await facts({});
    expect(names).to.include.members(["os_family", "default_ipv4", "memtotal_mb", "mounts", "uptime_seconds"]);
    expect(names).to.not.include.members(["packages"]).and.not.include.members(["services"]);
    expect(asked).to.include.members(MIN).and.have.length(13);
  });

  it("asks only what the filter can take, with and without the prefix", async () => {
    expect(await facts({ filter: ["mem*_mb", "ansible_os_*"] })).to.deep.equal({
      names: ["memfree_mb", "memory_mb", "memtotal_mb", "os_family"],
      asked: ["distribution", "memory"],
    });
    expect((await facts({ filter: "[!a-z]*" })).names).to.deep.equal([]);
  });

  it("takes subsets as Ansible does", async () => {
    expect((await facts({ gather_subset: "!all" })).asked).to.deep.equal(MIN);
    expect((await facts({ gather_subset: ["network"] })).asked).to.deep.equal([...MIN, "network"].sort());
    expect((await facts({ gather_subset: ["!all", "!min", "virtual"] })).asked).to.deep.equal(["virtualization"]);
    expect((await facts({ gather_subset: "!all,!min,packages" })).asked).to.deep.equal(["packages"]);
    expect((await facts({ gather_subset: ["!min", "kernel"] })).asked).to.deep.equal(["kernel"]);
    const { asked } = await facts({ gather_subset: ["!hardware"] });
    expect(asked).to.include("network").and.not.include.members(["memory"]);
  });

  it("names a subset that is not there and what was meant", () => {
    expect(problems(setup, { gather_subset: ["netwrok"] })).to.deep.equal([
      'gather_subset: has no subset "netwrok"; did you mean network?',
    ]);
    expect(problems(setup, { gather_subset: "!facter" })[0]).to.match(/no subset "facter"; write all, min, hardware/);
  });
});
