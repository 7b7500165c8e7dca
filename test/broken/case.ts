import { chmodSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import * as yaml from "js-yaml";

/** One broken input of cases/*.yml. README.md beside says what each key is for. */
export interface Case {
  readonly name: string;
  /** The file site.yml: whole, or only the tasks of its one play. */
  readonly play?: string;
  readonly tasks?: string;
  /** The file `hosts`. Default: two hosts. */
  readonly hosts?: string;
  readonly files?: Readonly<Record<string, string>>;
  /** Octal; files that begin with `#!` are executable without it. */
  readonly mode?: Readonly<Record<string, string>>;
  /** The command line; default `plan -i hosts site.yml`. A list where words have blanks in them. */
  readonly run?: string | readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** Default 1: the input is wrong, and nothing was touched. */
  readonly status?: number;
  /** Places in what is no file: `--extra-vars:1:3`. */
  readonly at?: readonly string[];
  /** Why no place is told. */
  readonly nowhere?: string;
  /** Why no remedy is told. */
  readonly incurable?: string;
}

/** Stands in a case's text at the very character of which an error must complain. */
const MARK = "‸";
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

export function snapshotPath(theme: string): string {
  return join(HERE, "snapshots", `${theme}.txt`);
}

/** The texts of a theme by the names of their cases. */
export function snapshotsOf(theme: string): ReadonlyMap<string, string> {
  let text: string;
  try {
    text = readFileSync(snapshotPath(theme), "utf8");
  } catch {
    return new Map();
  }
  const parts = text.split(/^## /m).slice(1);
  return new Map(
    parts.map((part) => [part.slice(0, part.indexOf("\n")), part.slice(part.indexOf("\n") + 1).trimEnd()]),
  );
}

export function writeSnapshots(theme: string, texts: ReadonlyMap<string, string>): void {
  const parts = [...texts].map(([name, text]) => `## ${name}\n${text}\n`);
  writeFileSync(snapshotPath(theme), parts.join("\n"));
}

/** Writes the files of a case, without marks, and gives the marked places: `site.yml:3:9`. */
export function layOut(one: Case, folder: string): readonly string[] {
  return Object.entries(filesOf(one)).flatMap(([name, marked]) => {
    const path = join(folder, name);
    const text = marked.replaceAll(MARK, "");
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
    chmodSync(path, Number.parseInt(one.mode?.[name] ?? (text.startsWith("#!") ? "755" : "644"), 8));
    const parts = marked.split(MARK);
    return parts.slice(1).map((_part, i) => placeOf(name, parts.slice(0, i + 1).join("")));
  });
}

function filesOf({ play, tasks, hosts = "web1\nweb2\n", files }: Case): Readonly<Record<string, string>> {
  const site = tasks === undefined ? play : `- hosts: all\n  tasks:\n${tasks.replace(/^(?=.)/gm, "    ")}`;
  return { hosts, ...(site !== undefined && { "site.yml": site }), ...files };
}

function placeOf(file: string, before: string): string {
  const lines = before.split("\n");
  return `${file}:${lines.length}:${(lines.at(-1) ?? "").length + 1}`;
}

export function commandOf({ run = "plan -i hosts site.yml" }: Case): readonly string[] {
  return typeof run === "string" ? run.split(" ").filter((word) => word !== "") : run;
}
