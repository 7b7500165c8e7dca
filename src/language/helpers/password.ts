import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, isAbsolute, join } from "node:path";
import { inputError } from "../../contract/error.js";
import type { Scope } from "../../contract/play.js";
import type { Keyring } from "../vault/keyring.js";
import { checkOptions, textOf } from "./helper.js";
import { passwordHash, randomSalt } from "./password-hash.js";
import { drawing } from "./random.js";
import { siteOf } from "./scope-helper.js";
import { beforeLooking, type Site, watch } from "./site.js";

const LETTERS = "abcdefghijklmnopqrstuvwxyz";
const SETS: Readonly<Record<string, string>> = {
  ascii_lowercase: LETTERS,
  ascii_uppercase: LETTERS.toUpperCase(),
  ascii_letters: LETTERS + LETTERS.toUpperCase(),
  digits: "0123456789",
  hexdigits: "0123456789abcdefABCDEF",
  octdigits: "01234567",
  punctuation: "!#$%&()*+,-./:;<=>?@[\\]^_`{|}~",
};
const USUAL = ["ascii_letters", "digits", ".,:-_"];

interface Kept {
  readonly password: string;
  readonly salt?: string;
}

/** Of files that are not there yet, by path: a plan writes none, and still has one password for all hosts. */
const made = new WeakMap<Keyring, Map<string, Kept>>();

/** The password in a file, as Ansible keeps it there: with its salt behind it where it is used as a hash. */
export function password(scope: Scope, given: unknown, options: unknown): string {
  const site = siteOf("password", scope);
  const known = ["length", "chars", "encrypt", "seed"];
  const { length = 20, chars = USUAL, encrypt, seed } = checkOptions("password", options, known);
  const name = textOf("password", given);
  if (/\s\w+=/.test(name))
    throw inputError(`password: "${name}" is a path with options behind it`, {
      remedy: 'write them apart: password("path", { length: 16 })',
    });
  const path = isAbsolute(name) ? name : join(site.folder, name);
  beforeLooking(site);
  const [there, before] = [readKept(path), madeOf(site).get(path)];
  const salt = there?.salt ?? before?.salt ?? (encrypt === undefined ? undefined : randomSalt());
  const kept: Kept = {
    password: there?.password ?? before?.password ?? randomPassword(Number(length), charactersOf(chars), seed),
    ...(salt !== undefined && { salt }),
  };
  site.vault.conceal(kept.password);
  if (path !== "/dev/null") keep(scope, site, path, kept);
  watch(site, path);
  return encrypt === undefined ? kept.password : site.vault.conceal(passwordHash(kept.password, encrypt, kept.salt));
}

function madeOf({ vault }: Site): Map<string, Kept> {
  const known = made.get(vault) ?? new Map<string, Kept>();
  made.set(vault, known);
  return known;
}

/** At the task's turn, so that one which never runs makes no file; a plan makes none at all. */
function keep(scope: Scope, site: Site, path: string, kept: Kept): void {
  const line = kept.salt === undefined ? kept.password : `${kept.password} salt=${kept.salt}`;
  if (
    existsSync(path) &&
    readFileSync(path, "utf8")
      .trimEnd()
      .replace(/ ident=\S*$/, "") === line
  )
    return;
  madeOf(site).set(path, kept);
  const isReal = scope.has("ansible_check_mode") && scope.get("ansible_check_mode") === false;
  if (!isReal) return;
  site.controller?.turn();
  try {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    writeFileSync(path, `${line}\n`, { mode: 0o600 });
    chmodSync(path, 0o600);
  } catch (error) {
    throw inputError(`password: the file cannot be written: ${(error as Error).message}`);
  }
}

function readKept(path: string): Kept | undefined {
  if (path === "/dev/null" || !existsSync(path)) return undefined;
  const text = readFileSync(path, "utf8").trimEnd();
  const [, password = text, salt] = /^(.*) salt=(\S*?)(?: ident=\S*)?$/s.exec(text) ?? [];
  return salt === undefined ? { password: text } : { password, salt };
}

function charactersOf(chars: unknown): string {
  const texts = Array.isArray(chars) ? chars.map(String) : textOf("password", chars).replace(/,,/g, "\0").split(",");
  const all = texts.map((text) => (Object.hasOwn(SETS, text) ? (SETS[text] ?? "") : text.replaceAll("\0", ",")));
  const characters = all.join("").replace(/["']/g, "");
  if (characters === "") throw inputError("password: there are no characters to make one of");
  return characters;
}

function randomPassword(length: number, characters: string, seed: unknown): string {
  if (!Number.isInteger(length) || length < 1 || length > 1024)
    throw inputError("password: length must be a whole number from 1 to 1024");
  const draw = drawing(seed);
  return Array.from({ length }, () => characters[draw(characters.length)]).join("");
}
