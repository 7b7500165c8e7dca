import type { Bench, Limits } from "./bench.js";
import { framing } from "./cases/framing.js";

/** What every transport must do, tried on one host. */
export function conforms(name: string, open: () => Promise<Bench>, _limits: Limits): void {
  describe(`${name} conforms`, () => {
    let bench: Bench;
    before(async () => {
      bench = await open();
    });
    after(() => bench.close());
    const get = (): Bench => bench;
    describe("framing", () => framing(get));
  });
}
