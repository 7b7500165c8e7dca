/** `web[01:03]`, `db-[a:c]`, `n[0:10:2]`, several in one name: the names that it stands for. */
export function expandRanges(pattern: string): readonly string[] {
  const match = /^(.*?)\[([0-9]+|[A-Za-z]):([0-9]+|[A-Za-z])(?::([0-9]+))?\](.*)$/.exec(pattern);
  if (match === null) return [pattern];
  const [, before = "", from = "", to = "", step = "1", after = ""] = match;
  return values(from, to, Math.max(1, Number(step))).flatMap((value) =>
    expandRanges(after).map((rest) => `${before}${value}${rest}`),
  );
}

function values(from: string, to: string, step: number): readonly string[] {
  const isNumber = /^\d/.test(from);
  const [start, end] = isNumber ? [Number(from), Number(to)] : [from.charCodeAt(0), to.charCodeAt(0)];
  const width = isNumber && from.length > 1 && from.startsWith("0") ? from.length : 0;
  const list: string[] = [];
  for (let value = start; value <= end; value += step) {
    list.push(isNumber ? String(value).padStart(width, "0") : String.fromCharCode(value));
  }
  return list;
}
