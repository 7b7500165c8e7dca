/** `tsx src/reference/write.ts`: writes docs/reference/modules. With `--check`: only says whether it is out of date. */
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { registry } from "../modules/index.js";
import { modulePages } from "./markdown.js";

const folder = fileURLToPath(new URL("../../docs/reference/modules/", import.meta.url));

function present(): ReadonlyMap<string, string> {
  mkdirSync(folder, { recursive: true });
  const names = readdirSync(folder).filter((name) => name.endsWith(".md"));
  return new Map(names.map((name) => [name, readFileSync(join(folder, name), "utf8")]));
}

const wanted = modulePages(registry);
const there = present();
const differing = [...new Set([...wanted.keys(), ...there.keys()])].filter(
  (name) => wanted.get(name) !== there.get(name),
);

if (process.argv.includes("--check")) {
  for (const name of differing) console.error(`docs/reference/modules/${name} is out of date; run \`npm run docs\``);
  process.exitCode = differing.length === 0 ? 0 : 1;
} else {
  for (const name of differing) {
    const text = wanted.get(name);
    if (text === undefined) rmSync(join(folder, name));
    else writeFileSync(join(folder, name), text);
  }
}
