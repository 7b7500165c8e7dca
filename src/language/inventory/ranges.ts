const MAX_NAMES = 100_000;
const RANGE = /^(.*?)\[([0-9]+|[A-Za-z]|):([0-9]+|[A-Za-z])(?::([0-9]+))?\](.*)$/;

/**
 * `web[01:03]`, `db-[a:c]`, `n[0:10:2]`, `n[:3]` from 0, several in one name: the names that it stands for. Throws an Error that says
 * what is wrong with a range.
 */
export function expandRanges(pattern: string): readonly string[] {
  const match = RANGE.exec(pattern);
  if (match === null) return [pattern];
  const [, before = "", from = "", to = "", step = "1", after = ""] = match;
  const own = values(from === "" ? "0" : from, to, Number(step));
  const rest = expandRanges(after);
  if (own.length * rest.length > MAX_NAMES) throw new Error(`"${pattern}" stands for more than ${MAX_NAMES} names`);
  return own.flatMap((value) => rest.map((end) => `${before}${value}${end}`));
}

function values(from: string, to: string, step: number): readonly string[] {
  const range = `the range [${from}:${to}]`;
  const isNumber = /^\d/.test(from);
  if (isNumber !== /^\d/.test(to)) throw new Error(`${range} is neither of numbers nor of letters`);
  if (step < 1) throw new Error(`${range} has the step ${step}`);
  const [start, end] = isNumber ? [Number(from), Number(to)] : [from.charCodeAt(0), to.charCodeAt(0)];
  if (start > end) throw new Error(`${range} runs backwards`);
  if ((end - start) / step > MAX_NAMES) throw new Error(`${range} stands for more than ${MAX_NAMES} names`);
  const isPadded = from.length > 1 && from.startsWith("0");
  if (isPadded && from.length !== to.length)
    throw new Error(`${range} needs as many digits at its end as at its beginning`);
  const list: string[] = [];
  for (let value = start; value <= end; value += step) {
    list.push(isNumber ? String(value).padStart(isPadded ? from.length : 0, "0") : String.fromCharCode(value));
  }
  return list;
}
