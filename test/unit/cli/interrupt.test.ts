import { getMaxListeners } from "node:events";
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
    const most = await interruptible(
      () => undefined,
      (signal) => Promise.resolve(getMaxListeners(signal)),
    );
    expect(most).to.equal(0);
  });
});
