import { inputError } from "../../contract/error.js";
import { checkOptions, helper, type Helpers, kindOf, textOf, word } from "./helper.js";

export const CONVERT: Helpers = {
  bool: helper("bool(value)", "true for true, 1, and the texts yes, on, 1 and true in any case; else false.", bool),
  int: helper("int(value, otherwise = 0, base = 10)", "A whole number, cut off; `otherwise` for what is none.", int),
  float: helper("float(value, otherwise = 0)", "A number; `otherwise` for what is none.", float),
  humanReadable: helper(
    "humanReadable(bytes, { isbits, unit })",
    "A size with its unit: `1.00 KB`.",
    humanReadable,
    "human_readable",
  ),
  humanToBytes: helper(
    "humanToBytes(text, defaultUnit, { isbits })",
    "How many bytes `10M` are.",
    humanToBytes,
    "human_to_bytes",
  ),
};

function bool(value: unknown): boolean {
  return value === true || value === 1 || (typeof value === "string" && /^(yes|on|1|true)$/i.test(value));
}

const DIGITS = /^[-+]?[0-9a-z]+(?:_[0-9a-z]+)*$/i;

function int(value: unknown, otherwise: unknown = 0, base = 10): unknown {
  if (typeof value === "boolean") return Number(value);
  if (typeof value === "number") return Number.isFinite(value) ? Math.trunc(value) : otherwise;
  if (typeof value !== "string") return otherwise;
  const text = value.trim();
  const prefix = { 2: "0b", 8: "0o", 16: "0x" }[base] ?? "";
  const bare = prefix === "" ? text : text.replace(new RegExp(`^([-+]?)${prefix}`, "i"), "$1");
  const isInBase = DIGITS.test(bare) && Array.from(bare.replace(/[-+_]/g, "")).every((one) => parseInt(one, base) >= 0);
  if (isInBase) return parseInt(bare.replaceAll("_", ""), base);
  const number = numberIn(text);
  return number === undefined || !Number.isFinite(number) ? otherwise : Math.trunc(number);
}

function float(value: unknown, otherwise: unknown = 0): unknown {
  if (typeof value === "boolean") return Number(value);
  if (typeof value === "number") return value;
  return (typeof value === "string" ? numberIn(value.trim()) : undefined) ?? otherwise;
}

function numberIn(text: string): number | undefined {
  if (/^[-+]?(\d+(_\d+)*\.?|\d*(_\d+)*\.\d+(_\d+)*)(e[-+]?\d+)?$/i.test(text)) return Number(text.replaceAll("_", ""));
  const infinite = /^([-+]?)inf(inity)?$/i.exec(text);
  return infinite === null ? undefined : infinite[1] === "-" ? -Infinity : Infinity;
}

const UNITS = ["", "K", "M", "G", "T", "P", "E", "Z", "Y"];

function humanReadable(bytes: unknown, options?: unknown): string {
  const { isbits = false, unit } = checkOptions("humanReadable", options, ["isbits", "unit"]);
  const size = Number(bytes);
  if (!Number.isFinite(size)) throw inputError(`humanReadable takes a number, not ${kindOf(bytes)}`);
  const fits = (power: number): boolean =>
    unit === undefined ? size >= 1024 ** power : word(unit).toUpperCase() === (UNITS[power] || "B");
  const power = Math.max(0, [...UNITS.keys()].findLast(fits) ?? 0);
  const name =
    power === 0 ? (isbits === true ? "bits" : "Bytes") : `${UNITS[power] ?? ""}${isbits === true ? "b" : "B"}`;
  return `${(size / 1024 ** power).toFixed(2)} ${name}`;
}

function humanToBytes(given: unknown, defaultUnit?: unknown, options?: unknown): number {
  const { isbits = false } = checkOptions("humanToBytes", options, ["isbits"]);
  const text = textOf("humanToBytes", given);
  const wrong = (): Error =>
    inputError(`humanToBytes: "${text}" is no size`, { remedy: "write for example 10M or 2GB" });
  const [, digits = "", own] = /^\s*(\d*\.?\d*)\s*([A-Za-z]+)?/.exec(text) ?? [];
  if (digits === "" || digits === ".") throw wrong();
  const unit = own ?? (defaultUnit === undefined ? "" : textOf("humanToBytes", defaultUnit));
  if (unit === "") return Math.round(Number(digits));
  const letter = (unit[0] ?? "").toUpperCase();
  const power = letter === "B" ? 0 : UNITS.indexOf(letter);
  if (power < 0) throw wrong();
  // A unit of one letter says nothing of bits or bytes.
  const rest = unit.slice(letter === "B" ? 0 : 1);
  if (unit.length > 1 && !/^(b|byte|bit)$/i.test(rest)) throw wrong();
  if (unit.length > 1 && rest.length === 1 && rest !== (isbits === true ? "b" : "B")) throw wrong();
  if (rest.length > 1 && rest.toLowerCase() !== (isbits === true ? "bit" : "byte")) throw wrong();
  return Math.round(Number(digits) * 1024 ** power);
}
