import { expect } from "chai";
import { Capture } from "../../../src/transport/capture.js";

function captured(limit: number, ...pieces: readonly string[]): readonly [string, number, boolean] {
  const capture = new Capture(limit);
  for (const piece of pieces) capture.add(Buffer.from(piece));
  const { bytes, totalBytes, truncated } = capture.end();
  return [bytes.toString(), totalBytes, truncated];
}

describe("what is kept of output", () => {
  it("is everything up to the limit, in whatever pieces it came", () => {
    expect(captured(10)).to.deep.equal(["", 0, false]);
    expect(captured(10, "0123456789")).to.deep.equal(["0123456789", 10, false]);
    expect(captured(10, "0", "12", "3456", "", "789")).to.deep.equal(["0123456789", 10, false]);
  });

  it("is head and tail beyond it, with a line that counts what is missing", () => {
    expect(captured(10, "0123456789A")).to.deep.equal(["01234\n… 1 bytes left out …\n6789A", 11, true]);
    expect(captured(10, "01", "234567", "89", "ABCDEF")).to.deep.equal([
      "01234\n… 6 bytes left out …\nBCDEF",
      16,
      true,
    ]);
  });

  it("is the same for one piece and for single bytes", () => {
    const letters = Array.from({ length: 1000 }, (_, i) => String.fromCharCode(97 + (i % 26)));
    for (const limit of [0, 2, 10, 998, 1000, 2000])
      expect(captured(limit, ...letters), `limit ${limit}`).to.deep.equal(captured(limit, letters.join("")));
  });

  it("may be nothing at all", () => {
    expect(captured(0, "abc")).to.deep.equal(["\n… 3 bytes left out …\n", 3, true]);
  });

  it("is a copy: what the packet holds later does not matter", () => {
    const capture = new Capture(4);
    const packet = Buffer.from("abcd");
    capture.add(packet);
    packet.fill("x");
    expect(capture.end().bytes.toString()).to.equal("abcd");
  });
});
