import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { didYouMean, inputError } from "../contract/error.js";
import { registry } from "../modules/index.js";
import { helperTexts } from "../language/index.js";
import { helpersPage, helperText, modulePage } from "../reference/index.js";
import { EXIT } from "./exit-status.js";
import { roleFolders } from "./session.js";

/** `fettle doc`: the list of modules, roles and functions of expressions, or the page of one. */
export function doc(name: string | undefined): Promise<number> {
  process.stdout.write(name === undefined ? listing() : page(name));
  return Promise.resolve(EXIT.done);
}

function listing(): string {
  const width = Math.max(...[...registry.keys()].map((name) => name.length));
  const lines = [...registry].map(([name, { summary }]) => `  ${name.padEnd(width)}  ${summary}`);
  const roles = roleNames();
  const helpers = helperNames()
    .join(", ")
    .replace(/(.{1,100})(?:, |$)/g, "  $1\n");
  return [
    `Modules\n${lines.join("\n")}\n`,
    ...(roles.length === 0 ? [] : [`Roles\n  ${roles.join("\n  ")}\n`]),
    `Functions of expressions (all of them: fettle doc helpers)\n${helpers}`,
  ].join("\n");
}

function page(name: string): string {
  const spec = registry.get(name);
  if (spec !== undefined) {
    const aliases = [...registry].filter(([, one]) => one === spec).map(([alias]) => alias);
    return modulePage(
      spec,
      aliases.filter((alias) => alias !== spec.name),
    );
  }
  if (name === "helpers") return helpersPage();
  const helper = [...helperTexts().values()].flat().find((one) => one.name === name || one.ansible === name);
  if (helper !== undefined) return helperText(helper);
  const readme = roleFolders()
    .map((folder) => join(folder, name, "README.md"))
    .find((path) => existsSync(path));
  if (readme !== undefined) return readFileSync(readme, "utf8");
  const meant = didYouMean(name, [...registry.keys(), ...roleNames(), ...helperNames()]);
  const remedy = meant === undefined ? "`fettle doc` lists them" : `did you mean "${meant}"?`;
  throw inputError(`there is no module, role or function "${name}"`, { remedy });
}

function helperNames(): readonly string[] {
  return [...helperTexts().values()].flat().map(({ name }) => name);
}

function roleNames(): readonly string[] {
  return [...new Set(roleFolders().flatMap((folder) => readdirSync(folder)))].sort();
}
