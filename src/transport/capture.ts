import type { Captured } from "../contract/step.js";

/** Keeps the head and the tail of a stream, in bounded memory. */
export class Capture {
  readonly #limit: number;
  #head: Buffer[] = [];
  #headBytes = 0;
  #tail: Buffer[] = [];
  #tailBytes = 0;
  #total = 0;

  /** `limit`: bytes that are kept, head and tail in equal parts. */
  constructor(limit: number) {
    this.#limit = limit;
  }

  add(bytes: Buffer): void {
    this.#total += bytes.length;
    const room = Math.max(0, this.#limit / 2 - this.#headBytes);
    const toHead = bytes.subarray(0, room);
    if (toHead.length > 0) {
      // A copy: a slice would keep the whole packet alive.
      this.#head.push(Buffer.from(toHead));
      this.#headBytes += toHead.length;
    }
    if (toHead.length < bytes.length) this.#addTail(bytes.subarray(toHead.length));
  }

  end(): Captured {
    const kept = this.#headBytes + this.#tailBytes;
    const tail = Buffer.concat(this.#tail);
    const over = Math.max(0, tail.length - this.#limit / 2);
    if (kept - over === this.#total)
      return { bytes: Buffer.concat([...this.#head, tail]), totalBytes: this.#total, truncated: false };
    const gap = Buffer.from(`\n… ${this.#total - kept + over} bytes left out …\n`);
    return {
      bytes: Buffer.concat([...this.#head, gap, tail.subarray(over)]),
      totalBytes: this.#total,
      truncated: true,
    };
  }

  #addTail(bytes: Buffer): void {
    this.#tail.push(Buffer.from(bytes));
    this.#tailBytes += bytes.length;
    while (this.#tail.length > 1 && this.#tailBytes - (this.#tail[0]?.length ?? 0) >= this.#limit / 2) {
      this.#tailBytes -= this.#tail.shift()?.length ?? 0;
    }
  }
}
