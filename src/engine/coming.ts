import type { TaskRef } from "../contract/event.js";

/** Files of the controller that tasks of a dry run would have brought there, of whatever host: what is in them nobody knows. */
export class Coming {
  readonly #files = new Map<string, TaskRef>();

  add(path: string, task: TaskRef): void {
    this.#files.set(path, task);
  }

  /** The task that would have brought this file, or one below this folder. */
  at(path: string): TaskRef | undefined {
    const below = `${path.replace(/\/+$/, "")}/`;
    return this.#files.get(path) ?? [...this.#files].find(([file]) => file.startsWith(below))?.[1];
  }
}
