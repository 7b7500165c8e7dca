import { DefaultRenderer, Listr, ListrLogger, ProcessOutput } from "listr2";
import type { Board } from "./board.js";
import type { Paint } from "./paint.js";

/** Beyond so many hosts a line each would push everything else off the screen. */
const maxHostLines = 20;
/** Rows of the terminal that stay free for what is printed above the tree. */
const freeRows = 8;

const showCursor = "\u001b[?25h";

/** The updater of DefaultRenderer: redraws the tree in place. listr2 makes it when rendering starts. */
interface Updater {
  clear(): void;
}

/** One line of the tree: a host, or the totals of all of them. */
interface Row {
  readonly host?: string;
  retitle?: (title: string) => void;
  finish?: (failed: boolean) => void;
}

/** The part of the screen that redraws itself, at the bottom, while lines are printed above it. */
export class Tree {
  readonly #rows: readonly Row[];
  readonly #output: ProcessOutput;
  readonly #board: Board;
  readonly #paint: Paint;
  /** Resolves when the tree is gone from the screen and the cursor is back. */
  readonly ended: Promise<void>;
  #renderer: DefaultRenderer | undefined;
  #finished = false;

  constructor(stream: NodeJS.WriteStream, board: Board, paint: Paint) {
    this.#board = board;
    this.#paint = paint;
    this.#output = new ProcessOutput(stream, process.stderr, { leaveEmptyLine: false });
    const most = Math.min(maxHostLines, stream.rows - freeRows);
    this.#rows = board.hosts.length > most ? [{}] : board.hosts.map((host): Row => ({ host }));
    this.ended = this.#start();
  }

  /** The board has changed. */
  update(): void {
    for (const row of this.#rows) row.retitle?.(this.#title(row));
  }

  /** Writes lines that stay. */
  print(text: string): void {
    const updater = (this.#renderer as { updater?: Updater } | undefined)?.updater;
    updater?.clear();
    this.#output.toStdout(text, false);
    if (updater !== undefined && !this.#finished) this.#renderer?.update();
  }

  /** Takes the tree away. */
  async finish(): Promise<void> {
    this.#finished = true;
    for (const row of this.#rows) row.finish?.(row.host !== undefined && this.#board.failed(row.host));
    await this.ended;
  }

  #title(row: Row): string {
    return row.host === undefined ? this.#board.totalLine(this.#paint) : this.#board.hostLine(row.host, this.#paint);
  }

  /** A second Ctrl-C ends the process at once: the terminal gets its cursor back all the same. */
  async #start(): Promise<void> {
    const restore = (): void => void this.#output.toStdout(showCursor, false);
    process.once("exit", restore);
    await this.#run();
    process.off("exit", restore);
  }

  async #run(): Promise<void> {
    const keep = (renderer: DefaultRenderer) => (this.#renderer = renderer);
    class Renderer extends DefaultRenderer {
      constructor(...args: ConstructorParameters<typeof DefaultRenderer>) {
        super(...args);
        keep(this);
      }
    }
    const tasks = this.#rows.map((row) => ({
      title: this.#title(row),
      task: (_: unknown, task: { title: string }) =>
        new Promise<void>((resolve, reject) => {
          row.retitle = (title) => (task.title = title);
          row.retitle(this.#title(row));
          row.finish = (failed) => (failed ? reject(new Error("failed")) : resolve());
          if (this.#finished) resolve();
        }),
    }));
    await new Listr(tasks, {
      concurrent: true,
      exitOnError: false,
      // Ctrl-C is the run's: it ends steps in an orderly way, then the tree.
      registerSignalListeners: false,
      forceTTY: true,
      renderer: Renderer,
      rendererOptions: {
        clearOutput: true,
        formatOutput: "truncate",
        showErrorMessage: false,
        collapseErrors: false,
        logger: new ListrLogger({ useIcons: true, toStderr: [], processOutput: this.#output }),
      },
    }).run();
  }
}
