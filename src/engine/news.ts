/** What hosts tell each other: that one of them has got further. */
export class News {
  /** Some task sets variables of other hosts (delegate_facts). */
  delegates = false;

  #version = 0;
  #waiting: (() => void)[] = [];

  /** To be asked before looking at anything, and handed to `after`. */
  get version(): number {
    return this.#version;
  }

  tell(): void {
    this.#version++;
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const resolve of waiting) resolve();
  }

  /** Resolves when there are news since that version. */
  async after(version: number): Promise<void> {
    if (this.#version > version) return;
    await new Promise<void>((resolve) => this.#waiting.push(resolve));
  }
}
