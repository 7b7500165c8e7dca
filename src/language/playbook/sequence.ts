import { inputError } from "../../contract/error.js";

const EXAMPLE = { remedy: "write for example `start=1 end=5 format=web%02d`" };

const BACKWARDS = { remedy: "write stride=-1 to count backwards" };

/** Ansible's with_sequence: `start=0 end=10 stride=2 format=web%02x`, `count=4`, or `0-10/2:web%02x`. */
export function sequence(text: string): readonly string[] {
  const { start, end, stride, format } = parse(text);
  if (stride === 0) return [];
  if ((end - start) * stride < 0)
    throw inputError(`with_sequence: it never gets from ${start} to ${end} by steps of ${stride}`, BACKWARDS);
  const length = Math.floor((end - start) / stride) + 1;
  if (length > 1_000_000) throw inputError(`with_sequence: ${length} items are too many`);
  return Array.from({ length }, (_, i) => formatted(format, start + i * stride));
}

interface Parts {
  readonly start: number;
  readonly end: number;
  readonly stride: number;
  readonly format: string;
}

function parse(text: string): Parts {
  const short = /^(?:(\w+)-)?(\w+)(?:\/(-?\w+))?(?::(.+))?$/.exec(text.trim());
  if (short !== null && !text.includes("=")) {
    const [, start, end = "", stride, format] = short;
    return partsOf({ end, ...(start && { start }), ...(stride && { stride }), ...(format && { format }) });
  }
  const words = text.trim().split(/\s+/);
  const given: Record<string, string> = {};
  for (const word of words) {
    const [, name, value] = /^(start|end|count|stride|format)=(.*)$/.exec(word) ?? [];
    if (name === undefined || value === undefined)
      throw inputError(`with_sequence: "${word}" is no part of it`, EXAMPLE);
    given[name] = value;
  }
  return partsOf(given);
}

function partsOf(given: Readonly<Record<string, string>>): Parts {
  const number = (name: string, otherwise: number): number => {
    const text = given[name];
    if (text === undefined) return otherwise;
    const value = Number(/^0\d+$/.test(text) ? `0o${text.slice(1)}` : text);
    if (!Number.isInteger(value)) throw inputError(`with_sequence: ${name} is no whole number: "${text}"`, EXAMPLE);
    return value;
  };
  const count = given["count"];
  if ((count === undefined) === (given["end"] === undefined))
    throw inputError("with_sequence needs end or count, and not both", EXAMPLE);
  const start = number("start", 1);
  const stride = number("stride", 1);
  const format = given["format"] ?? "%d";
  if (count === undefined) return { start, end: number("end", 0), stride, format };
  const items = number("count", 0);
  return items === 0
    ? { start, end: start, stride: 0, format }
    : { start, end: start + (items - 1) * stride, stride, format };
}

/** The integer formats of printf: %d %i %x %X %o with flags and width. */
function formatted(format: string, value: number): string {
  return format.replace(
    /%%|%([-0 +]*)(\d*)(?:\.\d+)?([dixXofs])/g,
    (all, flags: string, width: string, kind: string) => {
      if (all === "%%") return "%";
      const base = { x: 16, X: 16, o: 8 }[kind] ?? 10;
      const digits = Math.abs(value).toString(base);
      const sign = value < 0 ? "-" : flags.includes("+") ? "+" : "";
      const text = kind === "X" ? digits.toUpperCase() : digits;
      if (flags.includes("-")) return (sign + text).padEnd(Number(width));
      return flags.includes("0")
        ? sign + text.padStart(Number(width) - sign.length, "0")
        : (sign + text).padStart(Number(width));
    },
  );
}
