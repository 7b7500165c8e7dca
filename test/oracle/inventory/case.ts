import { createHash } from "node:crypto";
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import * as yaml from "js-yaml";

/** One case of cases/*.yml. README.md beside says what each key is for. */
export interface Case {
  readonly name: string;
  /** The file `hosts`, which is the inventory unless `inventory` names others. */
  readonly hosts?: string;
  readonly files?: Readonly<Record<string, string>>;
  /** Files that have another text for Ansible, whose expressions are Jinja. */
  readonly ansible?: Readonly<Record<string, string>>;
  /** Octal; files that begin with `#!` are executable without it. */
  readonly mode?: Readonly<Record<string, string>>;
  readonly inventory?: readonly string[];
  readonly limit?: string;
  /** What is asked for; `--list` when none of these is given. `{folder}` is where the case lies. */
  readonly pattern?: string;
  readonly host?: string;
  readonly graph?: string;
  readonly export?: boolean;
  readonly yaml?: boolean;
  /** Why fettle's answer is another one on purpose; then that is `fettle` or `error`. */
  readonly differs?: string;
  readonly fettle?: unknown;
  /** The text of fettle's error: what Ansible cannot read either needs no reason. */
  readonly error?: string;
}

/** What Ansible answered, or that it could not read a source (and went on without it), or that it refused. */
export interface Recorded {
  /** Of the case, so that a changed one is recorded anew. */
  readonly hash: string;
  readonly answer?: unknown;
  readonly unread?: true;
  readonly refused?: string;
}

const HERE = import.meta.dirname;

/** Themes and their cases, by the names of their files. */
export function allCases(): ReadonlyMap<string, readonly Case[]> {
  const files = readdirSync(join(HERE, "cases")).filter((file) => file.endsWith(".yml"));
  return new Map(
    files
      .sort()
      .map((file) => [basename(file, ".yml"), yaml.load(readFileSync(join(HERE, "cases", file), "utf8")) as Case[]]),
  );
}

export function recordedOf(theme: string): Readonly<Record<string, Recorded>> {
  try {
    return JSON.parse(readFileSync(recordedPath(theme), "utf8")) as Record<string, Recorded>;
  } catch {
    return {};
  }
}

export function recordedPath(theme: string): string {
  return join(HERE, "recorded", `${theme}.json`);
}

/** Only of what Ansible sees: a reason or an error's text changes nothing for it. */
export function hashOf(one: Case): string {
  const seen = { ...one, differs: undefined, fettle: undefined, error: undefined };
  return createHash("sha256").update(JSON.stringify(seen)).digest("hex").slice(0, 12);
}

/** Writes the files of a case into a new folder. */
export function layOut(one: Case, tool: "ansible" | "fettle"): string {
  const folder = mkdtempSync(join(tmpdir(), "fettle-inventory-"));
  const files = {
    ...(one.hosts !== undefined && { hosts: one.hosts }),
    ...one.files,
    ...(tool === "ansible" && one.ansible),
  };
  for (const [name, text] of Object.entries(files)) {
    const path = join(folder, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
    chmodSync(path, Number.parseInt(one.mode?.[name] ?? (text.startsWith("#!") ? "755" : "644"), 8));
  }
  return folder;
}

export function sourcesOf(one: Case, folder: string): readonly string[] {
  return (one.inventory ?? ["hosts"]).map((source) => (source.includes(",") ? source : join(folder, source)));
}

export function inFolder(text: string, folder: string): string {
  return text.replaceAll("{folder}", folder);
}
