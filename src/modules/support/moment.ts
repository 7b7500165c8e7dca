const UNITS: Readonly<Record<string, number>> = { w: 604_800, d: 86_400, h: 3600, m: 60, s: 1 };

/** A moment as modules of certificates take it: `+3w1d`, `-12h`, `20261231235959Z`. Undefined: it is none. */
export function moment(text: string, now: Date): Date | undefined {
  const [, year, month, day, hour, minute, second] = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)Z$/.exec(text) ?? [];
  if (year !== undefined) {
    const date = new Date(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
    return Number.isNaN(date.getTime()) ? undefined : date;
  }
  const [, sign, parts = ""] = /^([+-])((?:\d+[wdhms])+)$/.exec(text) ?? [];
  if (sign === undefined) return undefined;
  const amounts = [...parts.matchAll(/(\d+)([wdhms])/g)];
  const seconds = amounts.reduce((sum, [, amount, unit = ""]) => sum + Number(amount) * (UNITS[unit] ?? 0), 0);
  return new Date(now.getTime() + (sign === "-" ? -1000 : 1000) * seconds);
}
