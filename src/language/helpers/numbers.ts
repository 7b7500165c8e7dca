/** A number as Python shows it: `1e-07` and `1e+16` where JavaScript writes 1e-7 and 10000000000000000. */
export function floatText(value: number): string {
  if (Number.isSafeInteger(value)) return Object.is(value, -0) ? "0" : String(value);
  const size = Math.abs(value);
  if (size >= 1e-4 && size < 1e16) return String(value);
  const [digits = "", power = "0"] = value.toExponential().split("e");
  const sign = power.startsWith("-") ? "-" : "+";
  return `${digits}e${sign}${power.replace(/^[-+]/, "").padStart(2, "0")}`;
}
