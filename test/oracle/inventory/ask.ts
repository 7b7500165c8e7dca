import { rmSync } from "node:fs";
import * as yaml from "js-yaml";
import { shown } from "../../../src/cli/inventory-forms.js";
import { FettleError } from "../../../src/contract/error.js";
import { readInventory } from "../../../src/language/index.js";
import { type Case, inFolder, layOut, sourcesOf } from "./case.js";

/** What fettle answers to a case, in this process. */
export function answerOf(one: Case): { answer: unknown } | { error: string } {
  const folder = layOut(one, "fettle");
  try {
    return { answer: ask(one, folder) };
  } catch (error) {
    if (!(error instanceof FettleError)) throw error;
    return { error: error.message.replaceAll(`${folder}/`, "") };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function ask(one: Case, folder: string): unknown {
  const found = readInventory(sourcesOf(one, folder));
  const limit = one.limit === undefined ? undefined : inFolder(one.limit, folder);
  if (one.pattern !== undefined) return found.select(inFolder(one.pattern, folder), limit);
  const forms = {
    ...(limit !== undefined && { limit }),
    ...(one.host !== undefined && { host: one.host }),
    ...(one.graph !== undefined && { graph: one.graph }),
    ...(one.export === true && { export: true }),
    ...(one.yaml === true && { yaml: true }),
  };
  const text = shown(found, [], forms, (value) => value);
  if (one.graph !== undefined) return text.split("\n");
  return one.yaml === true ? yaml.load(text) : (JSON.parse(text) as unknown);
}
