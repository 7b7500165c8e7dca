import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import * as yaml from "js-yaml";
import type { Answer } from "./answer.js";

/** One case of cases/*.yml. README.md beside says what each key is for. */
export interface Case {
  readonly name: string;
  readonly playbook?: string;
  /** Instead of a playbook: the tasks of a play on `hosts`. */
  readonly tasks?: string;
  readonly handlers?: string;
  readonly hosts?: string;
  readonly files?: Readonly<Record<string, string>>;
  /** Instead of INVENTORY. */
  readonly inventory?: string;
  /** More of the command line. `{folder}` is where the case lies. */
  readonly args?: readonly string[];
  /** Why fettle's answer is another one on purpose; then those of its parts that differ are in `fettle`, or `error`. */
  readonly differs?: string;
  readonly fettle?: Partial<Answer>;
  /** The text of fettle's error: what Ansible refuses, too, needs no reason. */
  readonly error?: string;
}

/** What Ansible answered, or why it did not run the playbook. */
export interface Recorded {
  /** Of the case, so that a changed one is recorded anew. */
  readonly hash: string;
  readonly answer?: Answer;
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
