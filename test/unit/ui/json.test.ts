import { expect } from "chai";
import { item, rendered, settled, started } from "./events.js";

describe("the JSON renderer", () => {
  it("writes one event a line and nothing else", async () => {
    const events = [started("plan", "w"), settled("w", "motd", "ok")];
    const lines = (await rendered(events, { kind: "json" })).split("\n");
    expect(lines.pop()).to.equal("");
    expect(lines.map((line) => JSON.parse(line) as unknown)).to.deep.equal(events);
  });

  it("writes no secrets, bytes as text, and nothing that a terminal obeys", async () => {
    const result = { content: Buffer.from("x hunter2"), odd: "\u001b\u009b\u202e" };
    const events = [settled("w", "hunter2", "ok", { items: [item("ok", { result })] })];
    const text = await rendered(events, { kind: "json", secrets: () => ["hunter2"] });
    expect(text).to.include('"content":"x ‹secret›"').and.include('"odd":"\\u001b\\u009b\\u202e"');
    expect(text).not.to.include("hunter2");
    expect(JSON.parse(text)).to.have.property("type", "taskSettled");
  });
});
