import type { Bench, Limits } from "./bench.js";
import { ending } from "./cases/ending.js";
import { framing } from "./cases/framing.js";
import { input } from "./cases/input.js";
import { output } from "./cases/output.js";

/** What every transport must do, tried on one host. */
export function conforms(name: string, open: () => Promise<Bench>, limits: Limits): void {
  describe(`${name} conforms`, () => {
    let bench: Bench;
    before(async () => {
      bench = await open();
    });
    after(() => bench.close());
    const get = (): Bench => bench;
    describe("framing", () => framing(get));
    describe("output", () => output(get, limits));
    describe("input", () => input(get));
    describe("ending", () => ending(get));
  });
}
