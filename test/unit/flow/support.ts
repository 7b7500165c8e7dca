import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import type { Event, Recap } from "../../../src/contract/event.js";
import type { RunDeps } from "../../../src/engine/run.js";
import { loadPlaybooks, Problems, readInventory } from "../../../src/language/index.js";
import { registry } from "../../../src/modules/index.js";
import { MARKS as marks, start } from "../engine/support.js";

export interface Given {
  /** Hosts of the inventory, all of them this machine. Default a, b. */
  readonly hosts?: readonly string[];
  /** Other files beside the playbook. */
  readonly files?: Readonly<Record<string, string>>;
  readonly run?: Partial<RunDeps>;
}

export interface Ran {
  /** By host: `task status` in the order of settling, with debug's text: `say ok: hello`. */
  readonly told: Readonly<Record<string, readonly string[]>>;
  readonly recap: Readonly<Record<string, Readonly<Recap>>>;
  readonly events: readonly Event[];
  readonly trips: number;
  readonly failed: boolean;
  /** Names of handlers that are left for a next run. */
  readonly marked: readonly string[];
}

/** Runs a playbook with its text, all of language and engine, on this machine. The folder is gone afterwards. */
export async function play(text: string, given: Given = {}): Promise<Ran> {
  const folder = mkdtempSync(join(tmpdir(), "fettle-flow-"));
  try {
    const path = join(folder, "p.yml");
    for (const [name, content] of Object.entries({ ...given.files, "p.yml": text })) {
      mkdirSync(dirname(join(folder, name)), { recursive: true });
      writeFileSync(join(folder, name), content.replaceAll("$DIR", folder));
    }
    const inventory = readInventory([`${(given.hosts ?? ["a", "b"]).join(",")},`]);
    const problems = new Problems();
    const tags = { only: [], skip: [] };
    const plays = loadPlaybooks([path], {
      ...{ registry, inventory, problems, tags },
      ...{ extraVars: [], roleFolders: [], forceHandlers: false },
    });
    const { events, result, trips } = await start(plays, { inventory, ...given.run });
    const seen = { told: toldBy(events), recap: result.recap, events, trips, failed: result.failed };
    return { ...seen, marked: takeMarks(basename(folder)) };
  } finally {
    rmSync(folder, { recursive: true, force: true });
    takeMarks(basename(folder));
  }
}

/** Handlers of hosts that failed are marked for a next run, which there will not be. */
function takeMarks(folder: string): readonly string[] {
  if (!existsSync(marks)) return [];
  const own = readdirSync(marks).filter((name) => name.includes(folder));
  for (const name of own) rmSync(join(marks, name), { force: true });
  return own.map((name) => decodeURIComponent(name).split("/").at(-1) ?? "").sort();
}

function toldBy(events: readonly Event[]): Readonly<Record<string, readonly string[]>> {
  const told: Record<string, string[]> = {};
  for (const event of events) {
    if (event.type !== "taskSettled") continue;
    const messages = event.items.flatMap(({ message }) => message ?? []);
    const text = messages.length === 0 ? "" : `: ${messages.join(", ")}`;
    (told[event.host] ??= []).push(`${event.task.name} ${event.status}${text}`);
  }
  return told;
}

/** A playbook of one play without facts over all hosts. */
export function tasks(text: string, more = ""): string {
  const indented = text.replace(/^/gm, "    ");
  return `- hosts: all\n  gather_facts: false\n${more}  tasks:\n${indented}\n`;
}
