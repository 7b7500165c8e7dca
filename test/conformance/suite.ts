import type { Bench, Limits } from "./bench.js";
import { ending } from "./cases/ending.js";
import { files } from "./cases/files.js";
import { framing } from "./cases/framing.js";
import { guards } from "./cases/guards.js";
import { input } from "./cases/input.js";
import { links } from "./cases/links.js";
import { output } from "./cases/output.js";
import { parts } from "./cases/parts.js";

/** What every transport must do, tried on one host. */
export function conforms(name: string, open: () => Promise<Bench>, limits: Limits): void {
  describe(`${name} conforms`, () => {
    let bench: Bench | undefined;
    before(async () => {
      bench = await open();
    });
    after(() => bench?.close());
    const get = (): Bench => {
      if (bench === undefined) throw new Error(`${name} could not be opened`);
      return bench;
    };
    describe("framing", () => framing(get));
    describe("output", () => output(get, limits));
    describe("input", () => input(get));
    describe("ending", () => ending(get));
    describe("guards", () => guards(get));
    describe("files", () => files(get));
    describe("parts", () => parts(get));
    describe("links", () => links(open));
  });
}
