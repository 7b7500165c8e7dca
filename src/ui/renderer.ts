import type { Emit } from "../contract/event.js";

export interface Renderer {
  readonly emit: Emit;
  /** Resolves when all is written and the terminal is as it was. */
  close(this: void): Promise<void>;
}
