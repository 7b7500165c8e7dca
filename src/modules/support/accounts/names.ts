import * as z from "zod";
import { text } from "../../values.js";

/** A name that shadow's tools, the account files and a shell's tilde can all stand. */
export const accountText = () =>
  text().refine(isName, { error: "must be letters, digits, _, - or . and begin with no -" });

export function isName(name: string): boolean {
  return /^[A-Za-z0-9_.][A-Za-z0-9_.-]*\$?$/.test(name) && name !== "." && name !== "..";
}

/** A user or group number. */
export const accountNumber = () =>
  z
    .union([z.int(), z.string().regex(/^\d+$/).transform(Number)], { error: "must be a number" })
    .refine((id) => id >= 0 && id < 0xffffffff, { error: "must be between 0 and 4294967294" });

/** Text that becomes one field of /etc/passwd. */
export const accountField = () =>
  text().refine((given) => !/[:\n\0]/.test(given), { error: "must hold no colon and no line break" });
