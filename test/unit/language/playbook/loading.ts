import { join } from "node:path";
import type { Dynamic } from "../../../../src/contract/play.js";
import { Problems } from "../../../../src/language/errors.js";
import { readInventory } from "../../../../src/language/inventory/sources.js";
import type { LoadContext } from "../../../../src/language/playbook/context.js";
import { parseWords } from "../../../../src/language/playbook/free-form.js";
import { loadPlaybooks } from "../../../../src/language/playbook/load.js";
import type { LoadedPlay } from "../../../../src/language/playbook/play.js";
import { extraVars } from "../../../../src/language/variables.js";
import { registry } from "../../../../src/modules/index.js";
import { said } from "../scopes.js";
import { folderWith, messagesOf } from "../support.js";

export interface Given extends Partial<Omit<LoadContext, "extraVars">> {
  readonly extraVars?: readonly string[];
  /** Files beside the playbook `p.yml`. */
  readonly files?: Readonly<Record<string, string>>;
}

/** Loads a playbook for the hosts web1 and web2 (group web) and db1. */
export function load(text: string, given: Given = {}): readonly LoadedPlay[] {
  return loadIn(folderOf(text, given), given);
}

/** What is wrong with it; file names from the playbook's folder. */
export function wrong(text: string, given: Given = {}): readonly string[] {
  const folder = folderOf(text, given);
  return messagesOf(() => loadIn(folder, given), folder);
}

function folderOf(text: string, given: Given): string {
  return folderWith({ hosts: "db1\n[web]\nweb1\nweb2\n", ...given.files, "p.yml": text });
}

function loadIn(folder: string, { files: _files, extraVars: extra, ...more }: Given): readonly LoadedPlay[] {
  return loadPlaybooks([join(folder, "p.yml")], {
    registry,
    inventory: readInventory([join(folder, "hosts")]),
    extraVars: extraVars(extra ?? [], parseWords),
    tags: { only: [], skip: [] },
    roleFolders: [],
    forceHandlers: false,
    problems: new Problems(),
    ...more,
  });
}

/** All tasks of the first play. */
export function tasksOf(plays: readonly LoadedPlay[]) {
  return (plays[0]?.sections ?? []).flatMap((section) => section.tasks);
}

/** The parameters of the tasks of the first play on a host; what cannot be rendered as its error's message. */
export function argsOf(plays: readonly LoadedPlay[], host = "web1", dynamic: Dynamic = said({})) {
  return tasksOf(plays).map((task) => {
    try {
      return task.args.evaluate(task.scope(host, dynamic));
    } catch (error) {
      return (error as Error).message.replace(/^.*?\/([^/]*:\d+:\d+)/, "$1");
    }
  });
}
