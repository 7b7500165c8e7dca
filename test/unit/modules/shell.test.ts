import { expect } from "chai";
import { shell } from "../../../src/modules/shell.js";
import { changes, ended, execStep, problems, resultOf } from "./support.js";

describe("shell", () => {
  it("gives the text to the shell as one word", () => {
    expect(execStep(changes(shell, { cmd: "echo $HOME | wc 'x" })).argv).to.deep.equal([
      "/bin/sh",
      "-c",
      "echo $HOME | wc 'x",
    ]);
  });

  it("takes another shell", () => {
    const step = execStep(changes(shell, { cmd: "echo {1..3}", executable: "/bin/bash", chdir: "/tmp" }));
    expect(step).to.deep.equal({ do: "exec", argv: ["/bin/bash", "-c", "echo {1..3}"], cwd: "/tmp" });
  });

  it("shows a long text by its beginning", () => {
    const cmd = `echo ${"x".repeat(100)}\n  y`;
    expect(changes(shell, { cmd })[0]?.summary).to.equal(`run echo ${"x".repeat(74)}…`);
  });

  it("gives the text as cmd", () => {
    expect(resultOf(shell, { cmd: "a | b" }, ended(0)).cmd).to.equal("a | b");
  });

  it("wants a command", () => {
    expect(problems(shell, { cmd: "" })).to.deep.equal(["cmd: is empty"]);
  });
});
