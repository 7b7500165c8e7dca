import type { Rank } from "../contract/play.js";

/** In place of a variable's name: any. */
export const ANY = "*";

/** A name that stands for the inventory: tasks that add to it set it. No variable is called so. */
export const INVENTORY = "inventory\0";

/** Names that read definitions are kept under among the variables: no variable is called so. */
export function keyOf(rank: Rank, name: string): string {
  return `${rank}\0${name}`;
}

/** Names of variables, without those of definitions. */
export function isVariable(name: string): boolean {
  return name !== ANY && !name.includes("\0");
}

/** Names that have a definition of the rank. */
export function definedIn(rank: Rank, names: readonly string[]): readonly string[] {
  const start = keyOf(rank, "");
  return names.filter((name) => name.startsWith(start)).map((name) => name.slice(start.length));
}
