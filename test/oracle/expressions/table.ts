import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import * as yaml from "js-yaml";

/** One line of table.yml. README.md beside says what each key is for. */
export interface Row {
  readonly jinja: string;
  readonly ejs: string;
  /** Variables besides those of the table. */
  readonly vars?: Readonly<Record<string, unknown>>;
  readonly note?: string;
  /** Why fettle's answer is another one on purpose; that is `fettle`. */
  readonly differs?: string;
  readonly fettle?: unknown;
  /** The cause of fettle's error, where Ansible refuses too. */
  readonly error?: string;
  /** It needs the collection ansible.utils. */
  readonly collection?: true;
  /** `test`: the page does not show it. */
  readonly only?: "test";
  /** false: the remedy for a Jinja expression is not made of this one. */
  readonly translated?: false;
}

interface WrittenRow extends Row {
  /** Each takes the place of %s, and none is shown. */
  readonly each?: readonly string[];
}

export interface Section {
  readonly title: string;
  readonly rows: readonly Row[];
}

export interface Table {
  readonly vars: Readonly<Record<string, unknown>>;
  readonly files: Readonly<Record<string, string>>;
  readonly templates: Readonly<Record<string, { readonly jinja: string; readonly ejs: string }>>;
  readonly env: Readonly<Record<string, string>>;
  readonly sections: readonly Section[];
}

/** What Ansible said: a value, or that it refused. */
export type Answer = { readonly answer: unknown } | { readonly refused: string };

const HERE = import.meta.dirname;

export function readTable(): Table {
  const table = yaml.load(readFileSync(join(HERE, "table.yml"), "utf8")) as Table & {
    readonly sections: readonly { readonly title: string; readonly rows: readonly WrittenRow[] }[];
  };
  return { ...table, sections: table.sections.map(({ title, rows }) => ({ title, rows: rows.flatMap(spread) })) };
}

function spread({ each, ...row }: WrittenRow): readonly Row[] {
  if (each === undefined) return [row];
  const [jinja, ejs] = [row.jinja, row.ejs];
  return each.map((one) => ({ ...row, only: "test", jinja: jinja.replace("%s", one), ejs: ejs.replace("%s", one) }));
}

export const rowsOf = ({ sections }: Table): readonly Row[] => sections.flatMap(({ rows }) => rows);

/** Whether a row is a piece of a template, not an expression. */
export const isTemplate = ({ jinja }: Row): boolean => /\{[{%#]/.test(jinja);

/** Of all that Ansible sees of a row. */
export function keyOf(row: Row, table: Table): string {
  const { vars, files, templates, env } = table;
  const jinjas = Object.entries(templates).map(([name, { jinja }]) => [name, jinja]);
  const seen = JSON.stringify([row.jinja, row.vars, vars, files, jinjas, env]);
  return `${row.jinja} #${createHash("sha256").update(seen).digest("hex").slice(0, 8)}`;
}

const RECORDED = join(HERE, "recorded.json");

export function readRecorded(): Readonly<Record<string, Answer>> {
  try {
    return JSON.parse(readFileSync(RECORDED, "utf8")) as Record<string, Answer>;
  } catch {
    return {};
  }
}

export function writeRecorded(answers: Readonly<Record<string, Answer>>): void {
  writeFileSync(RECORDED, `${JSON.stringify(answers, null, 1)}\n`);
}

/** Writes the files that the rows look at into a new folder. */
export function layOut(table: Table): string {
  const folder = mkdtempSync(join(tmpdir(), "fettle-expressions-"));
  const templates = Object.entries(table.templates).flatMap(([name, { jinja, ejs }]) => [
    [`templates/${name}.j2`, jinja],
    [`templates/${name}.ejs`, ejs],
  ]);
  for (const [name = "", text = ""] of [...Object.entries(table.files), ...templates]) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
  return folder;
}
