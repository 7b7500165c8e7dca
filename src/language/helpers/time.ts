import { inputError } from "../../contract/error.js";
import { checkOptions, helper, type Helpers, textOf } from "./helper.js";

export const TIME: Helpers = {
  now: helper("now()", "The time of the controller, as a Date.", () => new Date()),
  strftime: helper(
    "strftime(format, seconds, { utc })",
    "A time (seconds since 1970, a Date, or now) as `%Y-%m-%d %H:%M:%S` and the like, in the controller's time zone.",
    strftime,
  ),
  toDatetime: helper(
    'toDatetime(text, format = "%Y-%m-%d %H:%M:%S")',
    "The Date of a text in the controller's time zone; `a - b` of two gives milliseconds.",
    toDatetime,
    "to_datetime",
  ),
};

const DAYS = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];
const MONTHS = [
  ...["January", "February", "March", "April", "May", "June", "July", "August", "September", "October"],
  ...["November", "December"],
];

/** The parts of a time, in one time zone. */
interface Parts {
  readonly year: number;
  readonly month: number;
  readonly day: number;
  readonly weekday: number;
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
  readonly dayOfYear: number;
  readonly offsetMinutes: number;
  readonly seconds: number;
}

const two = (value: number): string => String(value).padStart(2, "0");

const CODES: Readonly<Record<string, (at: Parts) => string>> = {
  Y: (at) => String(at.year),
  y: (at) => two(at.year % 100),
  m: (at) => two(at.month + 1),
  d: (at) => two(at.day),
  e: (at) => String(at.day).padStart(2, " "),
  H: (at) => two(at.hour),
  I: (at) => two(at.hour % 12 || 12),
  M: (at) => two(at.minute),
  S: (at) => two(at.second),
  p: (at) => (at.hour < 12 ? "AM" : "PM"),
  j: (at) => String(at.dayOfYear).padStart(3, "0"),
  a: (at) => (DAYS[at.weekday] ?? "").slice(0, 3),
  A: (at) => DAYS[at.weekday] ?? "",
  b: (at) => (MONTHS[at.month] ?? "").slice(0, 3),
  B: (at) => MONTHS[at.month] ?? "",
  u: (at) => String(at.weekday || 7),
  w: (at) => String(at.weekday),
  U: (at) => two(Math.floor((at.dayOfYear + 6 - at.weekday) / 7)),
  s: (at) => String(Math.floor(at.seconds)),
  z: ({ offsetMinutes: offset }) =>
    `${offset < 0 ? "-" : "+"}${two(Math.floor(Math.abs(offset) / 60))}${two(Math.abs(offset) % 60)}`,
  F: (at) => formatted("%Y-%m-%d", at),
  T: (at) => formatted("%H:%M:%S", at),
  R: (at) => formatted("%H:%M", at),
  D: (at) => formatted("%m/%d/%y", at),
  "%": () => "%",
};

function formatted(format: string, at: Parts): string {
  return format.replace(/%(.)/gs, (_all, code: string) => {
    const write = CODES[code];
    if (write === undefined) throw inputError(`strftime: "%${code}" is not known`);
    return write(at);
  });
}

function strftime(format: unknown, seconds?: unknown, options?: unknown): string {
  const { utc = false } = checkOptions("strftime", options, ["utc"]);
  const date = seconds === undefined || seconds === null ? new Date() : dateOf(seconds);
  return formatted(textOf("strftime", format), partsOf(date, utc === true));
}

function dateOf(seconds: unknown): Date {
  if (seconds instanceof Date) return seconds;
  const number = typeof seconds === "string" && seconds.trim() !== "" ? Number(seconds) : seconds;
  if (typeof number !== "number" || !Number.isFinite(number)) throw inputError("strftime takes seconds since 1970");
  return new Date(number * 1000);
}

function partsOf(date: Date, utc: boolean): Parts {
  const offsetMinutes = utc ? 0 : -date.getTimezoneOffset();
  const local = new Date(date.getTime() + offsetMinutes * 60_000);
  const year = local.getUTCFullYear();
  return {
    ...{ year, month: local.getUTCMonth(), day: local.getUTCDate(), weekday: local.getUTCDay() },
    ...{ hour: local.getUTCHours(), minute: local.getUTCMinutes(), second: local.getUTCSeconds() },
    dayOfYear: Math.floor((local.getTime() - Date.UTC(year, 0, 1)) / 86_400_000) + 1,
    offsetMinutes,
    seconds: date.getTime() / 1000,
  };
}

const DIGITS: Readonly<Record<string, string>> = { Y: "\\d{4}", f: "\\d{1,6}" };

/** Formats of digits: the names of days and months are not read. */
function toDatetime(text: unknown, format: unknown = "%Y-%m-%d %H:%M:%S"): Date {
  const codes: string[] = [];
  const pattern = textOf("toDatetime", format).replace(/%(.)|[\\^$.*+?()[\]{}|]/gs, (all, code?: string) => {
    if (code === undefined) return `\\${all}`;
    if (!"YmdHMSf".includes(code)) throw inputError(`toDatetime: "%${code}" is not known`);
    codes.push(code);
    return `(${DIGITS[code] ?? "\\d{1,2}"})`;
  });
  const found = new RegExp(`^${pattern}$`).exec(textOf("toDatetime", text));
  if (found === null) throw inputError(`toDatetime: "${String(text)}" does not look like ${String(format)}`);
  const of = (code: string, otherwise: number): number => {
    const i = codes.indexOf(code);
    return i < 0 ? otherwise : Number(code === "f" ? (found[i + 1] ?? "").padEnd(6, "0").slice(0, 3) : found[i + 1]);
  };
  return new Date(of("Y", 1900), of("m", 1) - 1, of("d", 1), of("H", 0), of("M", 0), of("S", 0), of("f", 0));
}
