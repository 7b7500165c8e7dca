import { FettleError } from "../../../src/contract/error.js";
import type { Scope } from "../../../src/contract/play.js";
import { bareExpression, templateText } from "../../../src/language/expression.js";
import { readInventory } from "../../../src/language/index.js";
import type { ScalarNode } from "../../../src/language/nodes.js";
import { nothingRead } from "../../../src/language/playbook/play-frame.js";
import { siteFor } from "../../../src/language/playbook/task-site.js";
import { createScope } from "../../../src/language/scope.js";
import { Source } from "../../../src/language/source.js";
import { layerOf } from "../../../src/language/variables.js";
import { parseYaml } from "../../../src/language/yaml.js";
import { isTemplate, type Row, type Table } from "./table.js";

export type Told = { readonly answer: unknown } | { readonly error: string };

/** What fettle answers to a row in this process. `code`: instead of its own. */
export function askFettle(row: Row, table: Table, folder: string, code = row.ejs): Told {
  const scope = scopeOf({ ...table.vars, ...row.vars }, folder);
  const source = new Source("row", code);
  const place = source.place(0);
  const node: ScalarNode = { kind: "scalar", value: code, style: "block", place, placeAt: (at) => source.place(at) };
  try {
    const expression = isTemplate(row) ? templateText(node, source) : bareExpression(node, source);
    return { answer: plain(expression.evaluate(scope)) };
  } catch (error) {
    if (!(error instanceof FettleError)) throw error;
    return { error: error.details.cause };
  }
}

function scopeOf(vars: object, folder: string): Scope {
  const source = new Source("vars", JSON.stringify(vars));
  const node = parseYaml(source, "1.2");
  if (node?.kind !== "map") throw new Error("variables are a mapping");
  return createScope({
    below: [layerOf("vars", node, source)],
    above: [],
    dynamic: { ...nothingRead("localhost"), magic: { ansible_check_mode: false } },
    magic: {},
    site: siteFor({ inventory: readInventory(["localhost,"]) }, folder),
  });
}

/** undefined is no answer. */
function plain(value: unknown): unknown {
  return value === undefined ? undefined : (JSON.parse(JSON.stringify(value)) as unknown);
}
