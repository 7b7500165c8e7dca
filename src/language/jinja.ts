import { shorten, withoutStrings } from "./code-text.js";

/** Whether a text is a Jinja template: `{{ x }}`, `{% if x %}`. */
export function isJinja(text: string): boolean {
  return text.includes("{{") || /\{%-?\s*\w[\s\S]*%\}/.test(text);
}

/** What to write instead of a Jinja template. */
export function ejsFor(text: string): string {
  const ejs = text.replace(/\{\{-?\s*([\s\S]*?)\s*-?\}\}/g, (_all, inner: string) => `<%= ${withDefault(inner)} %>`);
  const isCode = /[{]%/.test(text);
  return isCode ? "write <% if (…) { %> … <% } %>" : `write ${shorten(ejs)}, or <%= "{{" %> for the braces themselves`;
}

/** What to write instead of one where an expression stands: `when`, `loop`. */
export function expressionFor(text: string): string {
  if (/[{]%/.test(text)) return "write a JavaScript expression";
  return `write ${shorten(text.replace(/\{\{-?\s*([\s\S]*?)\s*-?\}\}/g, (_all, inner: string) => withDefault(inner)))}`;
}

function withDefault(inner: string): string {
  const [, name, fallback] = /^([\w.]+)\s*\|\s*(?:default|d)\((.*?)\)$/.exec(inner) ?? [];
  return name === undefined ? inner : `defined("${name}") ? ${name} : ${fallback ?? ""}`;
}

/** What people who know Jinja write, in a text that is no JavaScript. */
export function hintFor(text: string): string | undefined {
  const code = withoutStrings(text);
  if (/\bis (not )?defined\b/.test(code)) return 'write defined("name")';
  if (/\bis (not )?\w+/.test(code)) return "there are no tests here: write a comparison";
  if (/ (and|or) | not |^\s*not /.test(` ${code}`)) return "write && for and, || for or, ! for not";
  if (/[^|]\|[^|]/.test(code)) return "call a JavaScript function or method instead of a filter";
  return undefined;
}

/** `"web" in group_names` asks for a key in JavaScript, and is quietly false: where it stands, or -1. */
export function keyTest(text: string): number {
  const code = withoutStrings(text);
  const found = /[\w"')\]]\s+(in)\s+[\w([]/.exec(code);
  if (found === null || /\bfor\s*\([^;)]*$/.test(code.slice(0, found.index + 1))) return -1;
  return found.index + found[0].indexOf("in", 1);
}
