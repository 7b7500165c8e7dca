import { randomInt } from "node:crypto";
import { encrypt } from "unixcrypt";
import { inputError } from "../../contract/error.js";
import { checkOptions, helper, type Helpers, textOf } from "./helper.js";

export const PASSWORDS: Helpers = {
  passwordHash: helper(
    'passwordHash(password, type = "sha512", salt, { rounds })',
    "What `/etc/shadow` holds: sha512 or sha256. Without a salt a new one is made every time, so that every run changes " +
      'something: give one, for example `password(path, { encrypt: "sha512" })` keeps it.',
    passwordHash,
    "password_hash",
  ),
};

const IDS: Readonly<Record<string, string>> = { sha512: "6", sha512_crypt: "6", sha256: "5", sha256_crypt: "5" };
const SALT_CHARACTERS = "./0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
const SALT_LENGTH = 16;

/** Thousands of rounds cost milliseconds, and each host asks for the same ones. */
const made = new Map<string, string>();

export function passwordHash(password: unknown, type: unknown = "sha512", salt?: unknown, options?: unknown): string {
  const { rounds } = checkOptions("passwordHash", options, ["rounds"]);
  const id = IDS[textOf("passwordHash", type)];
  if (id === undefined)
    throw inputError(`passwordHash: there is no type "${String(type)}"`, { remedy: "write sha512 or sha256" });
  if (rounds !== undefined && !(Number.isInteger(rounds) && Number(rounds) >= 1000))
    throw inputError("passwordHash: rounds must be a whole number, at least 1000");
  const seed = salt === undefined || salt === null ? randomSalt() : textOf("passwordHash", salt);
  if (!/^[./0-9A-Za-z]{1,16}$/.test(seed))
    throw inputError("passwordHash: the salt must be 1 to 16 letters, digits, points or slashes");
  const setting = `$${id}$${rounds === undefined ? "" : `rounds=${Number(rounds)}$`}${seed}`;
  const text = textOf("passwordHash", password);
  const key = `${setting}\0${text}`;
  const found = made.get(key) ?? encrypt(text, setting);
  made.set(key, found);
  return found;
}

export function randomSalt(): string {
  return Array.from({ length: SALT_LENGTH }, () => SALT_CHARACTERS[randomInt(SALT_CHARACTERS.length)]).join("");
}
