/** `tsx src/reference/write.ts`: writes the generated pages of docs/. With `--check`: only says what is out of date. */
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { registry } from "../modules/index.js";
import { expressionsPage } from "./expressions.js";
import { helpersPage } from "./helpers.js";
import { modulePages } from "./markdown.js";

const root = fileURLToPath(new URL("../../", import.meta.url));
const MODULES = "docs/reference/modules/";
const EXPRESSIONS = "docs/expressions.md";

/** The pages as they should be, by their paths. */
function wantedPages(): ReadonlyMap<string, string> {
  const modules = [...modulePages(registry)].map(([name, text]) => [MODULES + name, text] as const);
  const table = join(root, "test/oracle/expressions/table.yml");
  return new Map([
    ...modules,
    ["docs/reference/helpers.md", helpersPage()],
    [EXPRESSIONS, expressionsPage(textOf(EXPRESSIONS) ?? "", table)],
  ]);
}

function textOf(path: string): string | undefined {
  try {
    return readFileSync(join(root, path), "utf8");
  } catch {
    return undefined;
  }
}

mkdirSync(join(root, MODULES), { recursive: true });
const wanted = wantedPages();
const modulesThere = readdirSync(join(root, MODULES)).filter((name) => name.endsWith(".md"));
const paths = new Set([...wanted.keys(), ...modulesThere.map((name) => MODULES + name)]);
const differing = [...paths].filter((path) => wanted.get(path) !== textOf(path));

if (process.argv.includes("--check")) {
  for (const path of differing) console.error(`${path} is out of date; run \`npm run docs\``);
  process.exitCode = differing.length === 0 ? 0 : 1;
} else {
  for (const path of differing) {
    const text = wanted.get(path);
    if (text === undefined) rmSync(join(root, path));
    else {
      mkdirSync(dirname(join(root, path)), { recursive: true });
      writeFileSync(join(root, path), text);
    }
  }
}
