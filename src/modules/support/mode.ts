import * as z from "zod";

const OCTAL = /^0?[0-7]{1,4}$/;
const CLAUSE = /^([ugoa]*)((?:[-+=](?:[rwxXst]*|[ugo]))+)$/;

/**
 * Permission bits as text: octal, or symbolic as chmod takes it. A number is refused: YAML reads 0644 as decimal.
 * `word`: one more text that is allowed.
 */
export const mode = (word?: string) =>
  z
    .unknown()
    .superRefine((given, issues) => {
      const problem = given !== undefined && given === word ? undefined : modeProblem(given);
      if (problem !== undefined) issues.addIssue({ code: "custom", message: problem });
    })
    .transform(String)
    .meta({ type: "string" });

function modeProblem(given: unknown): string | undefined {
  if (typeof given === "number") {
    const guess = /^[0-7]{3,4}$/.test(String(given)) ? String(given) : given.toString(8);
    return `${given} is not an octal mode; write "${guess.padStart(4, "0")}"`;
  }
  if (typeof given !== "string") return 'is not an octal mode; write "0644"';
  if (OCTAL.test(given) || isSymbolic(given)) return undefined;
  const symbolic = /[ugoa+=]/.test(given)
    ? ' nor one in chmod\'s letters; write "0644" or "u=rw,go=r"'
    : '; write "0644"';
  return `${JSON.stringify(given)} is not an octal mode${symbolic}`;
}

function isSymbolic(text: string): boolean {
  return text.split(",").every((clause) => CLAUSE.test(clause));
}

export interface ModeBase {
  /** Permission bits to start from. */
  readonly mode: number;
  readonly isDirectory: boolean;
  readonly umask: number;
}

/** The permission bits that a mode means for a file with these. */
export function resolveMode(text: string, base: ModeBase): number {
  if (OCTAL.test(text)) return parseInt(text, 8);
  return text.split(",").reduce((bits, clause) => applyClause(clause, bits, base), base.mode);
}

export function showMode(bits: number): string {
  return bits.toString(8).padStart(4, "0");
}

const SHIFT = { u: 6, g: 3, o: 0 } as const;
type Who = keyof typeof SHIFT;

function applyClause(clause: string, bits: number, base: ModeBase): number {
  const [, who = "", actions = ""] = CLAUSE.exec(clause) ?? [];
  const all = who === "" || who.includes("a");
  const users = (["u", "g", "o"] as const).filter((user) => all || who.includes(user));
  // As chmod: without a user the umask's bits stay as they are.
  const mask = who === "" ? 0o7777 & ~base.umask : 0o7777;
  let result = bits;
  for (const [, operator = "", perms = ""] of actions.matchAll(/([-+=])([^-+=]*)/g)) {
    const value = users.reduce((sum, user) => sum | permsFor(user, perms, result, base), 0) & mask;
    if (operator === "+") result |= value;
    else if (operator === "-") result &= ~value;
    else result = (result & ~(cleared(users, base) & mask)) | value;
  }
  return result;
}

function permsFor(user: Who, perms: string, bits: number, base: ModeBase): number {
  const copied = /^[ugo]$/.exec(perms)?.[0] as Who | undefined;
  if (copied !== undefined) return ((bits >> SHIFT[copied]) & 7) << SHIFT[user];
  const anyExecute = base.isDirectory || (bits & 0o111) !== 0;
  let own = 0;
  if (perms.includes("r")) own |= 4;
  if (perms.includes("w")) own |= 2;
  if (perms.includes("x") || (perms.includes("X") && anyExecute)) own |= 1;
  const setId = perms.includes("s") ? { u: 0o4000, g: 0o2000, o: 0 }[user] : 0;
  const sticky = perms.includes("t") ? 0o1000 : 0;
  return (own << SHIFT[user]) | setId | sticky;
}

/** What `=` takes away first. chmod keeps the setuid and setgid bits of a folder unless they are named. */
function cleared(users: readonly Who[], base: ModeBase): number {
  return users.reduce((sum, user) => {
    const setId = base.isDirectory ? 0 : { u: 0o4000, g: 0o2000, o: 0o1000 }[user];
    return sum | (7 << SHIFT[user]) | setId;
  }, 0);
}
