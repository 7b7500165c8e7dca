import { ProbeFailure } from "../contract/query.js";

/** What an archive says that it holds. None of it is to be trusted. */
export interface ArchiveEntry {
  /** As in the archive, without a slash at the end. */
  readonly name: string;
  readonly type: "file" | "directory" | "link" | "hard" | "other";
  /** Permission bits with setuid, setgid and sticky. */
  readonly mode: number;
  /** Of a file; 0 for everything else. */
  readonly sizeBytes: number;
  /** Of a symbolic link its text; of a hard link the name of the other entry. */
  readonly target?: string;
}

const LINE = /^([-dlhbcpsCVNM])([-rwxsStT]{9})[.+]? \S+\/\S+ +(\d+)(?:,\d+)? \d{4}-\d\d-\d\d \d\d:\d\d(?::\d\d)? (.*)$/;

/** The lines of `tar -tv`. `escaped`: GNU tar wrote names with escapes. A name with a line break cannot be told otherwise. */
export function readTarListing(text: string, escaped: boolean): readonly ArchiveEntry[] {
  return text
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => readLine(line, escaped));
}

function readLine(line: string, escaped: boolean): ArchiveEntry {
  const [, letter = "", bits = "", size = "", rest] = LINE.exec(line) ?? [];
  if (rest === undefined) throw new ProbeFailure(`the archive holds what is not understood: ${JSON.stringify(line)}`);
  const plain = (text: string): string => (escaped ? unescaped(text) : text).replace(/(.)\/+$/, "$1");
  const mode = modeOf(bits);
  if (letter === "l") return { ...named(rest, " -> ", plain), type: "link", mode, sizeBytes: 0 };
  if (letter === "h") return { ...named(rest, " link to ", plain), type: "hard", mode, sizeBytes: 0 };
  // busybox shows a hard link as a file that points to another.
  if (letter === "-" && !escaped && rest.includes(" -> "))
    return { ...named(rest, " -> ", plain), type: "hard", mode, sizeBytes: 0 };
  if (letter === "-" || letter === "C") return { name: plain(rest), type: "file", mode, sizeBytes: Number(size) };
  if (letter === "d") return { name: plain(rest), type: "directory", mode, sizeBytes: 0 };
  return { name: plain(rest), type: "other", mode, sizeBytes: 0 };
}

/** A name and where it points. Where the arrow stands twice nobody can tell the two apart. */
function named(text: string, arrow: string, plain: (text: string) => string): { name: string; target: string } {
  const [name = "", target, ...more] = text.split(arrow);
  if (target === undefined || more.length > 0)
    throw new ProbeFailure(`the archive holds a link that cannot be told from its name: ${JSON.stringify(text)}`);
  return { name: plain(name), target: plain(target) };
}

function modeOf(bits: string): number {
  const at = (i: number, letters: string): boolean => letters.includes(bits[i] ?? "-");
  let mode = 0;
  for (let i = 0; i < 9; i++) if (at(i, "rwxst")) mode |= 1 << (8 - i);
  if (at(2, "sS")) mode |= 0o4000;
  if (at(5, "sS")) mode |= 0o2000;
  if (at(8, "tT")) mode |= 0o1000;
  return mode;
}

const SIGNS: Readonly<Record<string, string>> = { n: "\n", t: "\t", r: "\r", a: "\x07", b: "\b", f: "\f", v: "\v" };

/** GNU tar's `--quoting-style=escape`; bytes that are no ASCII come as octal numbers or as they are. */
function unescaped(text: string): string {
  const bytes = text.replace(/\\(?:([0-7]{3})|(.))/gs, (_all, octal: string | undefined, sign: string) =>
    octal === undefined ? (SIGNS[sign] ?? sign) : String.fromCharCode(parseInt(octal, 8)),
  );
  return bytes;
}
