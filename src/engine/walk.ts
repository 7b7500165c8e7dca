import type { Block, BlockPart } from "../contract/play.js";
import type { Slot } from "./slot.js";

/** What the walk tells about tasks that are not run. */
export interface Passing {
  /** It is not its turn and will not be, as things stand. */
  pass(slot: Slot): void;
  /** Things stand otherwise now. */
  unpass(slot: Slot): void;
}

/**
 * Which task is next. All tasks of a section stand in one list, those of a block's rescue and always behind its tasks;
 * a failure decides which of them are passed over, until the walk has left the block that takes care of it.
 *
 * The walk may run ahead of what was sent: when a task fails that was passed already, it goes back to it.
 */
export class Walk {
  readonly #slots: Slot[];
  readonly #passing: Passing;
  /** The parts of blocks in which something failed. */
  readonly #failed = new Map<Block, Set<BlockPart["part"]>>();
  /** The blocks that the walk is in, the outermost first. */
  #path: readonly BlockPart[] = [];
  /** What includes expanded to. */
  readonly #inserted = new Map<Slot, readonly Slot[]>();
  #at = 0;
  #out = false;

  constructor(slots: readonly Slot[], passing: Passing) {
    this.#slots = [...slots];
    this.#passing = passing;
  }

  /** A failure left the outermost block, or there was none around it. */
  get isOut(): boolean {
    return this.#out;
  }

  /** The next task; undefined at the end, and when a failure has ended it. */
  next(): Slot | undefined {
    for (;;) {
      const slot = this.#slots[this.#at];
      this.#leave(slot?.task.blocks ?? []);
      if (this.#out || slot === undefined) return undefined;
      this.#at++;
      this.#path = slot.task.blocks;
      if (slot.settled) continue;
      if (this.#isOn(slot)) return slot;
      slot.passed = true;
      this.#passing.pass(slot);
    }
  }

  /** The task failed: the walk goes on behind it, where its blocks say. */
  failed(slot: Slot): void {
    this.#at = this.#slots.indexOf(slot) + 1;
    for (const later of this.#slots.slice(this.#at)) {
      if (later.passed !== true) continue;
      later.passed = false;
      this.#passing.unpass(later);
    }
    this.#path = slot.task.blocks;
    this.#fail(slot.task.blocks.at(-1));
  }

  /** These come behind the include at which the walk is; what it expanded to before is forgotten. */
  insert(include: Slot, children: readonly Slot[]): void {
    this.#remove(include);
    this.#inserted.set(include, children);
    this.#slots.splice(this.#slots.indexOf(include) + 1, 0, ...children);
  }

  #remove(include: Slot): void {
    for (const child of this.#inserted.get(include) ?? []) {
      this.#remove(child);
      this.#slots.splice(this.#slots.indexOf(child), 1);
    }
    this.#inserted.delete(include);
  }

  /** A failure that a block does not take care of is one of the part around it. */
  #leave(next: readonly BlockPart[]): void {
    while (this.#path.length > 0 && !this.#out) {
      const last = this.#path.length - 1;
      const inner = this.#path[last];
      if (inner === undefined || next[last]?.block === inner.block) return;
      this.#path = this.#path.slice(0, -1);
      if (this.#isBroken(inner.block)) this.#fail(this.#path.at(-1));
    }
  }

  #fail(part: BlockPart | undefined): void {
    if (part === undefined) {
      this.#out = true;
      return;
    }
    const parts = this.#failed.get(part.block) ?? new Set();
    parts.add(part.part);
    this.#failed.set(part.block, parts);
  }

  #isBroken(block: Block): boolean {
    const failed = this.#failed.get(block);
    if (failed === undefined) return false;
    return failed.has("always") || failed.has("rescue") || (failed.has("tasks") && !block.rescues);
  }

  #isOn({ task }: Slot): boolean {
    return task.blocks.every(({ block, part }) => {
      const failed = this.#failed.get(block);
      const here = failed?.has(part) === true;
      return part === "rescue" ? failed?.has("tasks") === true && !here : !here;
    });
  }
}

/** A block around this task has a rescue. */
export function isRescued({ blocks }: Slot["task"]): boolean {
  return blocks.some(({ block, part }) => part === "tasks" && block.rescues);
}
