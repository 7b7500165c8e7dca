import { expect } from "chai";
import { load } from "js-yaml";
import { registry } from "../../../src/modules/index.js";

describe("the registry", () => {
  it("is sorted and knows each module by its own name", () => {
    expect([...registry.keys()]).to.deep.equal([...registry.keys()].sort());
    for (const spec of registry.values()) expect(registry.get(spec.name)).to.equal(spec);
  });

  for (const spec of new Set(registry.values())) {
    describe(spec.name, () => {
      it("has a one-line summary without a full stop and at least two examples", () => {
        expect(spec.summary).to.match(/^[A-Z][^\n]*[^.\n]$/);
        expect(spec.examples.length).to.be.at.least(2);
      });

      for (const example of spec.examples) {
        it(`has an example that is a task of its own: ${example.name}`, () => {
          const task = load(example.yaml) as Record<string, unknown>[];
          expect(task).to.have.length(1);
          expect(task[0])
            .to.have.keys(...Object.keys(task[0]!))
            .and.include.keys("name", spec.name);
        });
      }
    });
  }
});
