import { existsSync, lstatSync, readdirSync, readFileSync, readlinkSync } from "node:fs";
import { join } from "node:path";

/** What came of a run, by both tools in one shape. Hosts of equal answers share a key: `h1 h2`. */
export interface Answer {
  /** Plays in order, those of tranches as one: `name: hosts`. */
  readonly plays: readonly string[];
  /** By host, in order: `role : task status: text`; items of a loop follow indented, as `  (label) status: text`. */
  readonly tasks: Readonly<Record<string, readonly string[]>>;
  /** By host: the counts that are not zero. */
  readonly recap: Readonly<Record<string, string>>;
  /** By host (`controller`: `out/` beside the playbook): files and their text, folders with a slash. */
  readonly files: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

/** A task or one item of it. */
export interface Line {
  readonly host: string;
  readonly role?: string | null | undefined;
  readonly task: string;
  readonly module: string;
  readonly handler?: boolean | undefined;
  readonly status: string;
  readonly label?: unknown;
  /** What debug and fail say: as `register` would have it. */
  readonly value?: Readonly<Record<string, unknown>> | undefined;
}

/** Replaces what differs from run to run, as the folder of the case. */
export type Tidy = (text: string) => string;

/** Nobody but the run itself does what meta asks for: tools tell it or not. */
export function isTold({ module }: Pick<Line, "module">): boolean {
  return module !== "meta";
}

export function taskLine(line: Line): string {
  const role = line.role === undefined || line.role === null ? "" : `${line.role} : `;
  const name = `${line.handler === true ? "handler " : ""}${role}${line.task}`;
  return `${name} ${line.status}${saidBy(line)}`;
}

export function itemLine(line: Line): string {
  return `  (${textOf(line.label)}) ${line.status}${saidBy(line)}`;
}

function saidBy({ value, module, status }: Line): string {
  const silent = status === "skipped" || (module === "debug" && status !== "ok");
  if (value === undefined || !["debug", "fail"].includes(module) || silent) return "";
  if ("msg" in value) return `: ${textOf(value.msg)}`;
  const noise = ["changed", "failed", "skipped", "message", "verbosity", "results", "item", "ansible_loop_var"];
  const variables = Object.entries(value).filter(([key]) => !noise.includes(key) && value.ansible_loop_var !== key);
  return variables.map(([key, of]) => `: ${key} = ${textOf(of)}`).join("");
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}

/** Those of one name behind each other are one in tranches. */
export function playLines(plays: readonly { readonly name: string; readonly hosts: readonly string[] }[]): string[] {
  const joined: { name: string; hosts: readonly string[] }[] = [];
  for (const { name, hosts } of plays) {
    const last = joined.at(-1);
    if (last?.name === name) last.hosts = [...last.hosts, ...hosts];
    else joined.push({ name, hosts });
  }
  return joined.map(({ name, hosts }) => `${name}: ${hosts.join(" ")}`);
}

/** Without hosts that did nothing. */
export function recapOf(counts: Readonly<Record<string, Readonly<Record<string, number>>>>): Record<string, string> {
  const lines = Object.entries(counts).map(([host, of]) => [host, recapLine(of)] as const);
  return together(Object.fromEntries(lines.filter(([, line]) => line !== "")));
}

/** Hosts of equal values under one key. */
export function together<T>(byHost: Readonly<Record<string, T>>): Record<string, T> {
  const groups = new Map<string, string[]>();
  for (const host of Object.keys(byHost).sort()) {
    const text = JSON.stringify(byHost[host]);
    groups.set(text, [...(groups.get(text) ?? []), host]);
  }
  return Object.fromEntries([...groups].map(([text, hosts]) => [hosts.join(" "), JSON.parse(text) as T]));
}

const COUNTS = ["ok", "changed", "unreachable", "failed", "skipped", "rescued", "ignored"];

/** Ansible calls them `failures`. */
function recapLine(counts: Readonly<Record<string, number>>): string {
  const all: Readonly<Record<string, number>> = { ...counts, failed: counts.failures ?? counts.failed ?? 0 };
  return COUNTS.flatMap((name) => ((all[name] ?? 0) === 0 ? [] : [`${name}=${all[name]}`])).join(" ");
}

/** What lies in a folder, as `Answer.files` has it. */
export function filesIn(folder: string, tidy: Tidy, below = ""): Record<string, string> {
  if (!existsSync(folder)) return {};
  const found: Record<string, string> = {};
  for (const name of readdirSync(folder).sort()) {
    const path = join(folder, name);
    const stat = lstatSync(path);
    if (stat.isDirectory()) Object.assign(found, { [`${below}${name}/`]: "" }, filesIn(path, tidy, `${below}${name}/`));
    else if (stat.isSymbolicLink()) found[below + name] = `-> ${tidy(readlinkSync(path))}`;
    else found[below + name] = tidy(readFileSync(path, "utf8"));
  }
  return found;
}
