import { readSource } from "../language/source.js";
import { toValue } from "../language/nodes.js";
import { parseYaml } from "../language/yaml.js";
import { cell } from "./markdown.js";

/** A line of the table: see test/oracle/expressions/README.md. */
interface Row {
  readonly jinja: string;
  readonly ejs: string;
  readonly note?: string;
  readonly differs?: string;
  readonly error?: string;
  readonly only?: "test";
  readonly each?: unknown;
}

const MARK = "<!-- From here on: written by `npm run docs` from test/oracle/expressions/table.yml. -->";

/** The page with its tables anew; what stands above the mark is a person's. */
export function expressionsPage(before: string, tablePath: string): string {
  const { sections } = toValue(parseYaml(readSource(tablePath), "1.2")) as {
    readonly sections: readonly { readonly title: string; readonly rows: readonly Row[] }[];
  };
  const tables = sections.map(({ title, rows }) => {
    const shown = rows.filter(({ only, each }) => only === undefined && each === undefined);
    return `## ${title}\n\n| Jinja | EJS | |\n|---|---|---|\n${shown.map(line).join("\n")}`;
  });
  const [own = ""] = before.split(MARK);
  return `${own.trimEnd()}\n\n${MARK}\n\n${tables.join("\n\n")}\n`;
}

function line({ jinja, ejs, note, differs }: Row): string {
  const remark = [differs === undefined ? "" : `differs: ${differs}`, note ?? ""]
    .filter((one) => one !== "")
    .join("; ");
  return `| ${inCode(jinja.replace(/ansible\.utils\./g, ""))} | ${inCode(ejs)} | ${cell(remark)} |`;
}

/** A text with backticks stands between two of them. */
function inCode(text: string): string {
  const shown = cell(text.replace(/\n/g, "⏎"));
  return shown.includes("`") ? `\`\` ${shown} \`\`` : `\`${shown}\``;
}
