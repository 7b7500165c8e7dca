export type Tool = "ansible" | "fettle";

const MARK = /\s+#(ansible|fettle)$/;
/** What is a bare expression for fettle. */
const LIST =
  /(\b(?:loop|with_(?:items|list|flattened|dict|indexed_items|together|nested|subelements|random_choice)): )"\{\{ (.*?) \}\}"/g;
/** Alone on its line, or within braces up to the next key or their end. */
const CONDITION = /(\b(?:when|until|changed_when|failed_when|var): )(.+?)(?=, \w+:|\}*$)/g;

/**
 * The text of a case as a tool wants it. Lines that end with `#ansible` or `#fettle` are for that tool alone; what else
 * is written for Ansible is put into JavaScript where a few words suffice: README.md says which.
 */
export function forTool(text: string, tool: Tool): string {
  const lines = text.split("\n").flatMap((line) => {
    const of = MARK.exec(line)?.[1];
    if (of !== undefined) return of === tool ? [line.replace(MARK, "")] : [];
    return [tool === "ansible" ? line : translated(line)];
  });
  return lines.join("\n");
}

function translated(line: string): string {
  const bare = line.replace(LIST, (_all, key: string, of: string) => key + quoted(inScript(of)));
  const conditions = bare.replace(CONDITION, (_all, key: string, of: string) => key + quoted(inScript(of)));
  return conditions.replace(/\{\{ (.*?) \}\}/g, (_all, of: string) => `<%= ${inScript(of)} %>`);
}

/** An expression of Jinja in JavaScript. */
function inScript(text: string): string {
  return text
    .replace(/ == /g, " === ")
    .replace(/ != /g, " !== ")
    .replace(/([\w.]+) is not defined/g, "!defined('$1')")
    .replace(/([\w.]+) is defined/g, "defined('$1')")
    .replace(/([\w.]+) is not (changed|failed|skipped)/g, "!$1.$2")
    .replace(/([\w.]+) is (changed|failed|skipped)/g, "$1.$2")
    .replace(/([\w.]+) is succeeded/g, "!$1.failed")
    .replace(/([\w.]+) \| length/g, "$1.length")
    .replace(/ and /g, " && ")
    .replace(/ or /g, " || ")
    .replace(/\bnot /g, "!");
}

/** YAML would read these characters as its own. */
function quoted(expression: string): string {
  return /^[!"'&|>]|[[\]{}#,]|: /.test(expression) ? JSON.stringify(expression) : expression;
}
