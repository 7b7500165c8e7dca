import { expect } from "chai";
import type { Event } from "../../../src/contract/event.js";
import { wholeLines } from "../../../src/ui/whole-lines.js";
import { ended, settled, task } from "./events.js";

function output(host: string, text: string, stream: "stdout" | "stderr" = "stdout"): Event {
  return { type: "taskOutput", host, task: task("build"), stream, text };
}

/** What comes out: texts as `host stream text`, other events by their type. */
function passed(...events: Event[]): string[] {
  const out: string[] = [];
  const emit = wholeLines((event) =>
    out.push(event.type === "taskOutput" ? `${event.host} ${event.stream} ${event.text}` : event.type),
  );
  events.forEach(emit);
  return out;
}

describe("wholeLines", () => {
  it("joins pieces of a stream, each stream of each host on its own", () => {
    expect(
      passed(output("a", "1"), output("b", "x\ny"), output("a", "!\n", "stderr"), output("a", "2\n3\n")),
    ).to.deep.equal(["b stdout x\n", "a stderr !\n", "a stdout 12\n3\n"]);
  });

  it("gives the rest before the task's end, or the run's", () => {
    expect(passed(output("a", "1"), settled("b", "build", "ok"), settled("a", "build", "ok"))).to.deep.equal([
      "taskSettled",
      "a stdout 1",
      "taskSettled",
    ]);
    expect(passed(output("a", "1"), ended())).to.deep.equal(["a stdout 1", "runEnded"]);
  });

  it("does not hold an endless line for ever", () => {
    expect(passed(output("a", "x".repeat(40_000)), output("a", "x".repeat(40_000)))).to.have.length(1);
  });
});
