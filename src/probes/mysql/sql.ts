/** A name of a database, a table, a column, an account's part: whatever is in it. */
export function identifier(name: string): string {
  return `\`${name.replaceAll("`", "``")}\``;
}

/** An account: `'app'@'10.%'`. */
export function accountName(name: string, host: string): string {
  return [name, host].map((part) => (part === "" ? "''" : identifier(part))).join("@");
}

const ESCAPES: Readonly<Record<string, string>> = {
  "\0": "\\0",
  "\n": "\\n",
  "\r": "\\r",
  "\x1a": "\\Z",
  "\\": "\\\\",
};

/** A text, on one line, for a session whose sql_mode is empty: backslashes escape. */
export function text(value: string): string {
  return `'${value.replace(/[\0\n\r\x1a\\]/g, (c) => ESCAPES[c] ?? c).replaceAll("'", "''")}'`;
}

/** A text that says the same in every sql_mode; not allowed everywhere. */
export function hexText(value: string): string {
  return `_utf8mb4 ${bytes(Buffer.from(value))}`;
}

export function bytes(value: Uint8Array): string {
  return `X'${Buffer.from(value).toString("hex")}'`;
}
