import { createHash, randomInt } from "node:crypto";
import { inputError } from "../../contract/error.js";
import { checkOptions, helper, type Helpers, listOf, word } from "./helper.js";

export const RANDOM: Helpers = {
  random: helper(
    "random(endOrList, { start, step, seed })",
    "A number below `end`, or an item. The same seed gives the same one in every run, though not Ansible's.",
    random,
  ),
  shuffle: helper("shuffle(list, { seed })", "The list in another order; with a seed always in the same one.", shuffle),
};

type Draw = (below: number) => number;

/** Numbers below a limit; those of a seed follow from it. */
export function drawing(seed: unknown): Draw {
  if (seed === undefined || seed === null) return (below) => randomInt(below);
  let count = 0;
  return (below) => {
    const digest = createHash("sha256")
      .update(`${word(seed)}\0${count++}`)
      .digest();
    return Number(digest.readBigUInt64BE() % BigInt(below));
  };
}

function random(given: unknown, options?: unknown): unknown {
  const { start = 0, step = 1, seed } = checkOptions("random", options, ["start", "step", "seed"]);
  const draw = drawing(seed);
  if (typeof given === "number") {
    const size = Math.ceil((given - Number(start)) / Number(step));
    if (!Number.isInteger(size) || size < 1) throw inputError("random: there is no number between these");
    return Number(start) + Number(step) * draw(size);
  }
  const list = typeof given === "string" ? Array.from(given) : listOf("random", given);
  if (list.length === 0) throw inputError("random: the list is empty");
  return list[draw(list.length)];
}

function shuffle(given: unknown, options?: unknown): readonly unknown[] {
  const draw = drawing(checkOptions("shuffle", options, ["seed"])["seed"]);
  const list = [...listOf("shuffle", given)];
  for (let i = list.length - 1; i > 0; i--) {
    const other = draw(i + 1);
    [list[i], list[other]] = [list[other], list[i]];
  }
  return list;
}
