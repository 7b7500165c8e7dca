import { codeOnly } from "../code-only.js";
import { shorten, withoutStrings } from "../code-text.js";
import { translated, translatedTemplate } from "./translate.js";

export { translated, translatedTemplate };

/** Whether a text is a Jinja template: `{{ x }}`, `{% if x %}`. */
export function isJinja(text: string): boolean {
  return text.includes("{{") || /\{%-?\s*\w[\s\S]*%\}/.test(text);
}

/** Longer ones would fill the screen. */
const MAX_SHOWN = 160;

/** What to write instead of a Jinja template. */
export function ejsFor(text: string): string {
  const ejs = translatedTemplate(text);
  if (ejs !== undefined) {
    const braces = text.includes("{{") ? ', or <%= "{{" %> for the braces themselves' : "";
    return `write ${shorten(ejs, MAX_SHOWN)}${braces}`;
  }
  if (/[{]%/.test(text)) return "write <% if (…) { %> … <% } %>";
  const outputs = text.replace(OUTPUT, (_all, inner: string) => `<%= ${translated(inner) ?? "…"} %>`);
  return `write ${shorten(outputs, MAX_SHOWN)} with JavaScript in it: docs/expressions.md shows how`;
}

/** What to write instead of one where an expression stands: `when`, `loop`. */
export function expressionFor(text: string): string {
  // Braces around a part of it, as in `a == {{ b }}`.
  const js = translated(text.replace(OUTPUT, "($1)"));
  return js === undefined
    ? "write a JavaScript expression: docs/expressions.md shows how"
    : `write ${shorten(js, MAX_SHOWN)}`;
}

const OUTPUT = /\{\{-?\s*([\s\S]*?)\s*-?\}\}/g;

/** What people who know Jinja write, in a text that is no JavaScript. */
export function hintFor(text: string): string | undefined {
  const js = translated(text);
  if (js !== undefined && js !== text.trim()) return `write ${shorten(js, MAX_SHOWN)}`;
  const code = withoutStrings(text);
  if (/\bis (not )?defined\b/.test(code)) return 'write defined("name")';
  if (/\bis (not )?\w+/.test(code)) return "there are no tests here: write a comparison";
  if (/ (and|or) | not |^\s*not /.test(` ${code}`)) return "write && for and, || for or, ! for not";
  if (/[^|]\|[^|]/.test(code)) return "call a JavaScript function or method instead of a filter";
  return undefined;
}

/** `"web" in group_names` asks for a key in JavaScript, and is quietly false: where it stands, or -1. */
export function keyTest(text: string): number {
  const code = codeOnly(text);
  const found = /[\w"')\]]\s+(in)\s+[\w([]/.exec(code);
  if (found === null || /\bfor\s*\([^;)]*$/.test(code.slice(0, found.index + 1))) return -1;
  return found.index + found[0].indexOf("in", 1);
}
