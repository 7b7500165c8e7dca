import type { Event } from "../contract/event.js";
import { Board } from "./board.js";
import type { ViewOptions } from "./options.js";
import { createPaint } from "./paint.js";
import { createLines } from "./plain.js";
import type { Renderer } from "./renderer.js";
import { Tree } from "./tree.js";

/**
 * The plain view's lines, without those of tasks that were in order, above a tree that shows how far each host is.
 * The tree vanishes at the end: the recap says the same.
 */
export function createLive(stream: NodeJS.WriteStream, options: ViewOptions): Renderer {
  const lines = createLines(options);
  const board = new Board();
  let tree: Tree | undefined;
  /** What comes after the tree waits for its end. */
  let last = Promise.resolve();
  return {
    emit: (event) => {
      board.note(event);
      const text = lines(event);
      const shown = isQuiet(event, text, options) || text.length === 0 ? "" : `${text.join("\n")}\n`;
      if (event.type === "runEnded") {
        last = (tree?.finish() ?? last).then(() => void stream.write(shown));
        return;
      }
      if (tree === undefined) stream.write(shown);
      else if (shown !== "") tree.print(shown);
      if (event.type === "runStarted") tree = new Tree(stream, board, createPaint(options.color));
      tree?.update();
    },
    close: async () => {
      await tree?.finish();
      await last;
    },
  };
}

/** Tasks that were in order and have nothing to say: the tree counts them. */
function isQuiet(event: Event, text: readonly string[], options: ViewOptions): boolean {
  if (event.type !== "taskSettled" || options.verbosity > 0 || text.length > 1) return false;
  return event.status === "ok" || event.status === "skipped";
}
