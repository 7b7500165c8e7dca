import { expect } from "chai";
import { command } from "../../../src/modules/command.js";
import { changes, ended, execStep, problems, resultOf } from "./support.js";

describe("command", () => {
  it("splits the command line into words and adds nothing", () => {
    expect(changes(command, { cmd: `printf '%s\\n' "a b" $HOME` })).to.deep.equal([
      {
        summary: `run printf '%s\\n' "a b" $HOME`,
        effects: [{ kind: "opaque", why: `run printf '%s\\n' "a b" $HOME` }],
        steps: [{ do: "exec", argv: ["printf", "%s\\n", "a b", "$HOME"] }],
      },
    ]);
  });

  it("passes a list on as it is, numbers as text", () => {
    expect(execStep(changes(command, { argv: ["sleep", 5, "$(id); x"] })).argv).to.deep.equal([
      "sleep",
      "5",
      "$(id); x",
    ]);
  });

  it("turns its guards, folder and stdin into the step's", () => {
    const args = {
      cmd: "make",
      chdir: "/srv/app",
      creates: "out/*.o",
      removes: "/srv/src",
      unless: "test -e x",
      only_if: "true",
      stdin: "y",
    };
    expect(execStep(changes(command, args))).to.deep.equal({
      do: "exec",
      argv: ["make"],
      cwd: "/srv/app",
      stdin: { kind: "bytes", bytes: Buffer.from("y\n") },
      guards: [
        { kind: "creates", path: "/srv/app/out/*.o" },
        { kind: "removes", path: "/srv/src" },
        { kind: "unless", command: "test -e x" },
        { kind: "only_if", command: "true" },
      ],
    });
  });

  it("can be sent without having looked", () => {
    const params = command.params.parse({ cmd: "true" });
    expect(command.blind?.(params)).to.deep.equal(changes(command, { cmd: "true" }));
  });

  it("leaves stdin without a newline when asked", () => {
    const step = execStep(changes(command, { cmd: "cat", stdin: "y", stdin_add_newline: "false" }));
    expect(step.stdin).to.deep.equal({ kind: "bytes", bytes: Buffer.from("y") });
  });

  it("refuses what it cannot run, and says why", () => {
    expect(problems(command, {})).to.deep.equal([": needs exactly one of cmd and argv"]);
    expect(problems(command, { cmd: "a", argv: ["a"] })).to.deep.equal([": needs exactly one of cmd and argv"]);
    expect(problems(command, { cmd: " " })).to.deep.equal(["cmd: is empty"]);
    expect(problems(command, { cmd: "echo 'a" })).to.deep.equal([
      "cmd: cannot be split into words: the quote ' at character 6 is not closed",
    ]);
    expect(problems(command, { cmd: "touch x creates=x" })).to.deep.equal([
      "cmd: holds creates=…; write creates: as a parameter of its own",
    ]);
  });

  it("gives status and output", () => {
    expect(resultOf(command, { cmd: "ls /x" }, ended(0, "a\nb\n\n", "hm\n"))).to.deep.equal({
      changed: true,
      cmd: ["ls", "/x"],
      rc: 0,
      stdout: "a\nb",
      stdout_lines: ["a", "b"],
      stderr: "hm",
      stderr_lines: ["hm"],
    });
  });

  it("fails on a status other than 0, with the last thing said", () => {
    const result = resultOf(command, { cmd: "ls /x" }, ended(2, "", "ls: first\nls: no such file\n"));
    expect(result).to.include({ rc: 2, failed: true, msg: "non-zero return code: ls: no such file" });
  });

  it("replaces what is no UTF-8 and keeps the ends when asked", () => {
    expect(resultOf(command, { cmd: "x", strip_empty_ends: false }, ended(0, "a\xff\n"))).to.include({
      stdout: "a\ufffd\n",
    });
  });

  it("says that it did not run, and why", () => {
    const guard = { kind: "creates", path: "/x" } as const;
    expect(resultOf(command, { cmd: "x" }, ended({ kind: "guarded", guard }))).to.include({
      changed: false,
      rc: 0,
      msg: "did not run, since /x exists",
    });
  });

  it("names the fields that are cut", () => {
    expect(resultOf(command, { cmd: "x" }, ended(0, "a", "", true)).truncated).to.deep.equal([
      "stdout",
      "stdout_lines",
      "stderr",
      "stderr_lines",
    ]);
  });

  it("fails when it took too long", () => {
    const result = resultOf(command, { cmd: "x" }, ended({ kind: "timedOut", afterMs: 1500 }));
    expect(result).to.include({ failed: true, msg: "timed out after 1.5 s" });
    expect(result).not.to.have.property("rc");
  });

  it("knows only what it would run in a dry run", () => {
    expect(resultOf(command, { cmd: "ls -l" })).to.deep.equal({ cmd: ["ls", "-l"] });
  });
});
