import { expect } from "chai";
import fc from "fast-check";
import { type Frame, FrameSplitter } from "../../../src/transport/frames.js";

const NONCE = "0123456789abcdef0123456789abcdef";

/** What a stream comes to when it arrives in chunks of that size. */
function split(stream: Buffer, size: number): (string | Frame)[] {
  const found: (string | Frame)[] = [];
  const output = (bytes: Buffer): void => {
    const last = found.at(-1);
    if (typeof last === "string") found[found.length - 1] = last + bytes.toString("latin1");
    else found.push(bytes.toString("latin1"));
  };
  const splitter = new FrameSplitter(NONCE, output, (frame) => found.push(frame));
  for (let at = 0; at < stream.length; at += size) splitter.push(stream.subarray(at, at + size));
  return found;
}

describe("frames", () => {
  it("are found wherever a stream is cut into chunks", () => {
    const tricky = fc.constantFrom(
      "\x1e",
      `\x1e${NONCE.slice(0, 9)}`,
      NONCE.slice(1),
      "\n",
      "text",
      `\x1e\x1e${NONCE.slice(0, 31)}`,
    );
    fc.assert(
      fc.property(fc.array(fc.array(tricky), { minLength: 1 }), fc.integer({ min: 1, max: 50 }), (steps, size) => {
        const stream = steps.map((words, i) => `${words.join("")}\x1e${NONCE} ${i} x0\n`).join("");
        const expected = steps.flatMap((words, i) => [
          ...(words.join("") === "" ? [] : [words.join("")]),
          { index: String(i), outcome: "x0" },
        ]);
        expect(split(Buffer.from(stream, "latin1"), size)).to.deep.equal(expected);
      }),
    );
  });

  it("hold back no whole line", () => {
    expect(split(Buffer.from("a line\n"), 100)).to.deep.equal(["a line\n"]);
  });
});
