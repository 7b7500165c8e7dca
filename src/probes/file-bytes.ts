import { defineProbe, ProbeFailure } from "../contract/query.js";
import { fileSubject, tidy } from "./file-way.js";
import { Cursor, quote } from "./shell.js";

/** The largest file that is read whole. */
export const maxReadBytes = 64 * 1024 * 1024;

/**
 * The content of a file that is too big for fileText; null when there is no regular file, "big" when it is above
 * `maxReadBytes`. The path must be canonical.
 */
export const fileBytes = defineProbe<string, Buffer | "big" | null>({
  kind: "fileBytes",
  identify: tidy,
  subjects: (path) => [fileSubject(tidy(path))],
  cost: "dear",
  script: (paths) => ({
    text: `g() { if [ ! -f "$1" ]; then printf 'a\\0'; elif [ ! -r "$1" ]; then printf 'x\\0'
else n=$(stat -L -c %s -- "$1")
if [ "$n" -gt ${maxReadBytes} ]; then printf 'big\\0'; else printf '%s\\0' "$n"; head -c "$n" -- "$1"; fi; fi; }
${paths.map((path) => `g ${quote(tidy(path))}\n`).join("")}:`,
  }),
  parse: (output, paths) => {
    const cursor = new Cursor(output);
    return paths.map((path) => readContent(cursor, path));
  },
});

function readContent(cursor: Cursor, path: string): Buffer | "big" | null | ProbeFailure {
  const status = cursor.until("\0");
  if (status === "a") return null;
  if (status === "big") return status;
  if (status === "x") return new ProbeFailure(`no permission to read ${path}`);
  const length = Number(status);
  const content = cursor.take(length);
  if (!Number.isInteger(length) || content.length < length) throw new ProbeFailure("it changed while it was read");
  return Buffer.from(content, "latin1");
}
