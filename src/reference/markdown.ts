import type { ModuleClass, ModuleSpec, Registry } from "../contract/module.js";
import { paramRows } from "./params.js";

const classes: Readonly<Record<ModuleClass, string>> = {
  state: "declares a state: a second run changes nothing",
  read: "only looks",
  action: "does something every time it is asked",
  control: "happens on the controller",
};

const generated = "<!-- Generated from the module's schema by `npm run docs`. -->";

/** The reference page of a module. */
export function modulePage(spec: ModuleSpec, aliases: readonly string[] = []): string {
  const also = aliases.length === 0 ? "" : ` Also called ${aliases.map((name) => `\`${name}\``).join(", ")}.`;
  const sections = [
    `# ${spec.name}`,
    generated,
    `${spec.summary}. This module ${classes[spec.class]}.${also}`,
    ...(spec.description === undefined ? [] : [spec.description]),
    "## Parameters",
    paramsText(spec),
    "## Examples",
    ...spec.examples.map((example) => `${example.name}:\n\n\`\`\`yaml\n${example.yaml}\n\`\`\``),
    ...(spec.returns === undefined ? [] : ["## Registered values", returnsTable(spec.returns)]),
  ];
  return `${sections.join("\n\n")}\n`;
}

/** The list of all modules. */
export function indexPage(registry: Registry): string {
  const rows = [...registry].map(([name, spec]) =>
    name === spec.name
      ? `| [\`${name}\`](${name}.md) | ${spec.summary} |`
      : `| \`${name}\` | The same as [\`${spec.name}\`](${spec.name}.md) |`,
  );
  return ["# Modules", "", generated, "", "| Module | |", "|---|---|", ...rows, ""].join("\n");
}

/** All pages by file name. */
export function modulePages(registry: Registry): ReadonlyMap<string, string> {
  const specs = [...registry].filter(([name, spec]) => name === spec.name).map(([, spec]) => spec);
  const aliasesOf = (spec: ModuleSpec) =>
    [...registry].filter(([name, other]) => other === spec && name !== spec.name).map(([name]) => name);
  return new Map([
    ["README.md", indexPage(registry)],
    ...specs.map((spec) => [`${spec.name}.md`, modulePage(spec, aliasesOf(spec))] as const),
  ]);
}

function paramsText(spec: ModuleSpec): string {
  const rows = paramRows(spec);
  if (rows.length === 0) return spec.params.description ?? "None.";
  const freeForm = spec.freeForm === undefined ? "" : `\`${spec.name}: text\` sets \`${spec.freeForm}\`.\n\n`;
  const lines = rows.map((row) => {
    const standard = row.required ? "required" : row.default === undefined ? "" : `\`${cell(row.default)}\``;
    return `| \`${row.name}\` | ${cell(row.type)} | ${standard} | ${cell(row.description)} |`;
  });
  return `${freeForm}| Parameter | Type | Default | |\n|---|---|---|---|\n${lines.join("\n")}`;
}

function returnsTable(returns: Readonly<Record<string, string>>): string {
  const rows = Object.entries(returns).map(([name, description]) => `| \`${name}\` | ${cell(description)} |`);
  return `| Value | |\n|---|---|\n${rows.join("\n")}`;
}

/** A cell of a table is one line and has no bars. */
export function cell(text: string): string {
  return text.replace(/\|/g, "\\|").replace(/\s*\n\s*/g, " ");
}
