import { expect } from "chai";
import { raw } from "../../../src/modules/raw.js";
import { changes, ended, execStep, resultOf } from "./support.js";

describe("raw", () => {
  it("gives the text to the shell", () => {
    expect(execStep(changes(raw, { cmd: "a | b", executable: "/bin/bash" }))).to.deep.equal({
      do: "exec",
      argv: ["/bin/bash", "-c", "a | b"],
    });
  });

  it("leaves the output as it is", () => {
    expect(resultOf(raw, { cmd: "a" }, ended(0, "x\n\n"))).to.include({ stdout: "x\n\n", rc: 0 });
  });
});
