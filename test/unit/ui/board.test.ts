import { expect } from "chai";
import { Board } from "../../../src/ui/board.js";
import { createPaint } from "../../../src/ui/paint.js";
import { settled } from "./events.js";

describe("the board of the live view", () => {
  it("counts hosts that are through with the play, not only those of a run that has ended", () => {
    const board = new Board();
    const paint = createPaint(false);
    board.note({ type: "runStarted", mode: "apply", title: "t", hosts: ["a", "b"] });
    board.note({ type: "playStarted", play: "p", hosts: ["a", "b"], taskCount: 2 });
    board.note(settled("a", "x", "ok"));
    expect(board.totalLine(paint)).to.match(/^0 of 2 hosts done/);
    board.note(settled("a", "x", "ok"));
    expect(board.totalLine(paint)).to.match(/^1 of 2 hosts done/);
  });
});
