import { expect } from "chai";
import { sourcesOf } from "../../../src/modules/support/facts/subsets.js";
import { factSources } from "../../../src/probes/facts/index.js";
import { play, tasks } from "./support.js";

const run = { factSources, factSubset: sourcesOf };

/** How many questions the first wave asked. */
async function asked(more: string, text = "- { name: say, debug: { msg: x } }"): Promise<number> {
  const playbook = tasks(text, more).replace("gather_facts: false", "gather_facts: true");
  const { events } = await play(playbook, { hosts: ["a"], run });
  return events.flatMap((event) => (event.type === "waveSent" ? [event.queries] : []))[0] ?? 0;
}

describe("gather_subset", () => {
  it("says what gather_facts reads", async () => {
    const all = await asked("");
    const min = await asked("  gather_subset: ['!all']\n");
    expect(min).to.equal(sourcesOf(["!all"]).length);
    expect(await asked("  gather_subset: '!all,!min'\n")).to.equal(0);
    expect(await asked("  gather_subset: [min, network]\n")).to.be.within(min + 1, all - 1);
    expect(await asked("  module_defaults: { setup: { gather_subset: ['!all'] } }\n")).to.equal(min);
  });

  it("does not keep other facts from those who use them", async () => {
    const text = '- { name: say, debug: { msg: "<%= facts.memtotal_mb > 0 %>" } }';
    const playbook = tasks(text, "  gather_subset: ['!all']\n").replace("gather_facts: false", "gather_facts: true");
    for (const speculate of [true, false])
      expect((await play(playbook, { hosts: ["a"], run: { ...run, speculate } })).told["a"]).to.deep.equal([
        "say ok: true",
      ]);
  });

  it("that nobody knows is told before anything is touched", async () => {
    const wrong = await asked("  gather_subset: [netwrok]\n").catch((error: unknown) => (error as Error).message);
    expect(wrong).to.match(/p\.yml:3:18 setup\.gather_subset has no subset "netwrok"; did you mean network\?/);
  });
});
