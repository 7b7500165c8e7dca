import type { Settled } from "./settled.js";
import { escapeLine } from "./escape.js";
import { count } from "./units.js";

/** Dry run: which verdicts hold only if an arbitrary command changes nothing else, counted for the end of the run. */
export class Assumptions {
  readonly #verdicts = new Map<string, { count: number; readonly hosts: Set<string> }>();

  note(event: Settled): void {
    for (const task of event.assuming) {
      const known = this.#verdicts.get(task) ?? { count: 0, hosts: new Set() };
      known.count++;
      known.hosts.add(event.host);
      this.#verdicts.set(task, known);
    }
  }

  lines(): string[] {
    return [...this.#verdicts].map(
      ([task, { count: verdicts, hosts }]) =>
        `assuming "${escapeLine(task)}" changes nothing else: ${count(verdicts, "verdict")} on ${count(hosts.size, "host")}`,
    );
  }
}
