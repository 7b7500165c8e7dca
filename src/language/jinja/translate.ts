import { parseJinja } from "./parse.js";
import { Untranslatable } from "./tokens.js";

/** A Jinja expression in JavaScript; undefined when there is no rule for something in it. */
export function translated(expression: string): string | undefined {
  return attempt(() => parseJinja(expression).text);
}

const PARTS = /\{\{-?\s*([\s\S]*?)\s*-?\}\}|\{%-?\s*([\s\S]*?)\s*-?%\}|\{#([\s\S]*?)#\}/g;

/** A Jinja template as EJS; undefined when there is no rule for something in it. */
export function translatedTemplate(text: string): string | undefined {
  return attempt(() =>
    text.replace(PARTS, (_all, output?: string, statement?: string, comment?: string) => {
      if (output !== undefined) return `<%= ${parseJinja(output).text} %>`;
      return statement === undefined ? `<%#${comment ?? ""}%>` : `<% ${statementOf(statement)} -%>`;
    }),
  );
}

/** `if x`, `for x in y`, `set x = y` … */
function statementOf(text: string): string {
  const [, word = "", rest = ""] = /^(\w+)\s*([\s\S]*)$/.exec(text) ?? [];
  switch (word) {
    case "if":
      return `if (${parseJinja(rest).text}) {`;
    case "elif":
      return `} else if (${parseJinja(rest).text}) {`;
    case "else":
      return "} else {";
    case "endif":
    case "endfor":
      return "}";
    case "set": {
      const [, name, value] = /^(\w+)\s*=\s*([\s\S]+)$/.exec(rest) ?? [];
      if (name === undefined || value === undefined) throw new Untranslatable();
      return `const ${name} = ${parseJinja(value).text};`;
    }
    case "for":
      return loopOf(rest);
    default:
      throw new Untranslatable();
  }
}

function loopOf(text: string): string {
  const [, names = "", list, condition] =
    /^(\w+(?:\s*,\s*\w+)*)\s+in\s+([\s\S]+?)(?:\s+if\s+([\s\S]+))?$/.exec(text) ?? [];
  if (list === undefined) throw new Untranslatable();
  const one = names.includes(",") ? `[${names.replace(/\s*,\s*/g, ", ")}]` : names;
  const all = parseJinja(list).text;
  const some = condition === undefined ? all : `${all}.filter((${one}) => ${parseJinja(condition).text})`;
  return `for (const ${one} of ${some}) {`;
}

function attempt<T>(work: () => T): T | undefined {
  try {
    return work();
  } catch (error) {
    if (error instanceof Untranslatable) return undefined;
    throw error;
  }
}
