import { expect } from "chai";
import { askPassword } from "../../../src/cli/prompt.js";
import { FettleError } from "../../../src/contract/error.js";
import { withTerminal } from "../../support/terminal.js";

/** Asks with a terminal on which somebody types; gives the answer, or the error. */
function answerTo(typed: string, isTTY = true): Promise<unknown> {
  return withTerminal(typed, () => askPassword("sudo password").catch((error: unknown) => error), isTTY);
}

describe("asking for a password", () => {
  it("gives what is typed", async () => {
    expect(await answerTo("se cret\r")).to.equal("se cret");
  });

  for (const [name, key] of [
    ["Ctrl-C", "\u0003"],
    ["Ctrl-D", "\u0004"],
  ] as const)
    it(`${name} interrupts`, async () => {
      const error = await answerTo(key);
      expect(error).to.be.instanceOf(FettleError);
      expect((error as FettleError).kind).to.equal("interrupted");
    });

  it("refuses without a terminal", async () => {
    expect(String(await answerTo("x\r", false))).to.include("standard input is not a terminal");
  });
});
