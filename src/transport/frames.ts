/**
 * A frame on stdout ends a step: its index and outcome (`x0`: exit status, `g1`: skipped by that guard, `n`:
 * not run, because its item had failed). Index `end`
 * ends the script; `t` says that the time of the step under way is up.
 */
export interface Frame {
  readonly index: string;
  readonly outcome: string;
}

/**
 * Splits one stream of a script into the output of its steps. A frame is the byte RS, the script's nonce and its words,
 * up to the next newline. Output before it belongs to the step, byte for byte; what could still become a frame is held
 * back – text does not have RS, so a line is not held back for the newline at its end. Nothing that a command prints can
 * be taken for a frame: it does not know the nonce.
 */
export class FrameSplitter {
  readonly #mark: Buffer;
  readonly #output: (bytes: Buffer) => void;
  readonly #frame: (frame: Frame) => void;
  #held: Buffer = Buffer.alloc(0);

  constructor(nonce: string, output: (bytes: Buffer) => void, frame: (frame: Frame) => void) {
    this.#mark = Buffer.from(`\x1e${nonce}`);
    this.#output = output;
    this.#frame = frame;
  }

  push(chunk: Buffer): void {
    let rest = this.#held.length === 0 ? chunk : Buffer.concat([this.#held, chunk]);
    for (;;) {
      const at = rest.indexOf(this.#mark);
      if (at < 0) {
        const keep = this.#partial(rest);
        this.#emit(rest.subarray(0, rest.length - keep));
        this.#held = rest.subarray(rest.length - keep);
        return;
      }
      const end = rest.indexOf(10, at + this.#mark.length);
      if (end < 0) {
        this.#emit(rest.subarray(0, at));
        this.#held = rest.subarray(at);
        return;
      }
      this.#emit(rest.subarray(0, at));
      const [, index = "", outcome = ""] = rest.toString("latin1", at + this.#mark.length, end).split(" ");
      rest = rest.subarray(end + 1);
      this.#frame({ index, outcome });
    }
  }

  #emit(bytes: Buffer): void {
    if (bytes.length > 0) this.#output(bytes);
  }

  /** How many bytes at the end may be the beginning of a frame. */
  #partial(bytes: Buffer): number {
    const from = bytes.lastIndexOf(0x1e);
    if (from < 0 || bytes.length - from >= this.#mark.length) return 0;
    return this.#mark.subarray(0, bytes.length - from).equals(bytes.subarray(from)) ? bytes.length - from : 0;
  }
}
