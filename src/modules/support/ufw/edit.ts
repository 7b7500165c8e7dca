import type { UfwState } from "../../../probes/ufw.js";
import type { UfwRule } from "../../../probes/ufw-rule.js";
import { ANY, type Family, keyOf, words } from "./compile.js";

/** Changes the rules of a state step by step, and keeps the words for `ufw` that do the same on the host. */
export class RuleEdit {
  readonly #lists: Record<Family, UfwRule[]>;
  readonly #commands: Record<Family, (readonly string[])[]> = { 4: [], 6: [] };

  constructor(state: UfwState) {
    this.#lists = { 4: [...state.rules], 6: [...state.rules6] };
  }

  /**
   * What is the same for both families is one command. The rules of a family keep their order; an insertion among those of
   * IPv6 counts those of IPv4 too, so that these come first then.
   */
  get commands(): readonly (readonly string[])[] {
    const [four, six] = [this.#commands[4], [...this.#commands[6]]];
    if (six.some((words) => words.includes("insert"))) return [...four, ...six];
    const both: (readonly string[])[] = [];
    for (const words of four) {
      const shared = forBoth(words).join("\0");
      const twin = six.findIndex((other) => other.includes(ANY[6]) && forBoth(other).join("\0") === shared);
      if (twin < 0) both.push(words);
      else both.push(...six.splice(0, twin + 1).slice(0, -1), forBoth(words));
    }
    return [...both, ...six];
  }

  get rules(): Pick<UfwState, "rules" | "rules6"> {
    return { rules: this.#lists[4], rules6: this.#lists[6] };
  }

  list(family: Family): readonly UfwRule[] {
    return this.#lists[family];
  }

  find(family: Family, rule: UfwRule): number {
    const key = keyOf(rule);
    return this.#lists[family].findIndex((one) => keyOf(one) === key);
  }

  /** In place where it is there already, else at `index` of its family (0 is the first), else at the end. */
  set(family: Family, rule: UfwRule, index?: number): void {
    const list = this.#lists[family];
    const there = this.find(family, rule);
    if (there >= 0) list[there] = rule;
    else list.splice(index ?? list.length, 0, rule);
    const isLast = index === undefined || index >= list.length - 1;
    const before = family === 4 ? 0 : this.#lists[4].length;
    this.#commands[family].push(words(rule, there >= 0 || isLast ? [] : ["insert", String(before + index + 1)]));
  }

  /** The one that is there, whatever its action and comment. */
  remove(family: Family, index: number): void {
    const [rule] = this.#lists[family].splice(index, 1);
    if (rule !== undefined) this.#commands[family].push(words({ ...rule, comment: "" }, ["delete"]));
  }
}

function forBoth(words: readonly string[]): readonly string[] {
  return words.map((word) => (word === ANY[4] || word === ANY[6] ? "any" : word));
}
