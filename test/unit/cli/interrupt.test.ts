import { expect } from "chai";
import { interruptible } from "../../../src/cli/interrupt.js";

describe("Ctrl-C", () => {
  it("aborts the work and says so, and is left alone afterwards", async () => {
    const before = process.listeners("SIGINT");
    const said: string[] = [];
    const aborted = await interruptible(
      (text) => said.push(text),
      (signal) => {
        const [stop] = process.listeners("SIGINT").filter((one) => !before.includes(one));
        stop?.("SIGINT");
        return Promise.resolve(signal.aborted);
      },
    );
    expect(aborted).to.equal(true);
    expect(said).to.have.length(1);
    expect(said[0]).to.match(/^interrupted: /);
    expect(process.listeners("SIGINT")).to.deep.equal(before);
  });

  it("can be heard by any number of hosts without a warning", async () => {
    const warnings: Error[] = [];
    const warned = (warning: Error): void => void warnings.push(warning);
    process.on("warning", warned);
    await interruptible(
      () => undefined,
      async (signal) => {
        for (let host = 0; host < 20; host++) signal.addEventListener("abort", () => undefined);
        await new Promise(setImmediate);
      },
    );
    process.off("warning", warned);
    expect(warnings).to.deep.equal([]);
  });
});
