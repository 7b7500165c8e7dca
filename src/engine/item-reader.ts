import type { Attempt } from "./attempt.js";
import type { ReaderClient } from "./reader.js";
import type { View } from "./view.js";

/** One item of a loop as a reader: what it used is the attempt's too. */
export class ItemReader implements ReaderClient {
  readonly views = new Set<View>();

  constructor(readonly attempt: Attempt) {}

  turn(): Promise<void> {
    return this.attempt.turn();
  }

  parked(until: Promise<void>): Promise<void> {
    return this.attempt.parked(until);
  }

  used(view: View): void {
    this.views.add(view);
    this.attempt.used(view);
  }
}
