import { existsSync, statSync } from "node:fs";
import ejs from "ejs";
import { inputError } from "../contract/error.js";
import type { Scope } from "../contract/play.js";
import { namesIn, NO_THIS, scopeProxy } from "./evaluate.js";
import { explainEvaluation, type Origin } from "./explain.js";
import { ejsFor, isJinja } from "./jinja/index.js";
import { beside, readSource, type Source } from "./source.js";
import { explainCompilation, refuseComparisons, tagsAt } from "./template-tags.js";
import { type Keyring, NO_KEYS } from "./vault/keyring.js";

/** An error inside of a template, and the line of the template where it happened. */
class Failure extends Error {
  constructor(
    readonly inner: unknown,
    readonly line: number,
  ) {
    super("a template failed");
  }
}

/** Takes the place of EJS's own, which writes its report into the error's message. */
function rethrow(error: unknown, _text: string, _file: string, line: number): never {
  throw new Failure(error, line);
}

/** Never HTML. */
function shown(value: unknown): string {
  switch (typeof value) {
    case "string":
      return value;
    case "object":
      return value === null ? "" : JSON.stringify(value);
    case "undefined":
      throw new Error("the value is undefined (is the name after the dot right?)");
    case "function":
      throw new Error("this is a function, and it is not called: write ()");
    case "symbol":
      throw new Error("omit leaves out a whole parameter, and this is a part of a text");
    default:
      return String(value);
  }
}

/** All that is not said here would be taken from objects that data may reach. */
const OPTIONS = {
  _with: false,
  localsName: "locals",
  strict: false,
  // Keeps the number of the line under way.
  compileDebug: true,
  client: false,
  async: false,
  delimiter: "%",
  openDelimiter: "<",
  closeDelimiter: ">",
  context: NO_THIS,
  escape: shown,
};

/** `<%-` would drop what is undefined and show a mapping as [object Object]: here it is the same as `<%=`. */
const PROLOGUE = "rethrow = locals.rethrow; __append = (value) => { __output += escapeFn(value); };";

/** What opens or closes a tag to EJS. */
const MARKS = /<%%|%%>|<%|[-_]?%>/g;

/** `%>` that closes no tag is text, which EJS would drop without a word. Lines stay as they are. */
function closed(text: string): string {
  let isOpen = false;
  return text.replace(MARKS, (mark) => {
    const isStray = !isOpen && !mark.startsWith("<") && mark !== "%%>";
    if (mark === "<%") isOpen = true;
    else if (!mark.startsWith("<") && mark !== "%%>") isOpen = false;
    return isStray ? mark.replace("%>", "%%>") : mark;
  });
}

/**
 * Compiles a text with `<% %>` in it. ejs copies its data shallowly, which would call every lazy getter and lose the
 * Proxy: so the scope travels as one value, and a `with` over it stands before the text, on its first line.
 */
export function compileText(origin: Origin): (scope: Scope) => string {
  const text = `<% ${PROLOGUE} with (locals.scope) { %>${closed(origin.text)}<% } %>`;
  let run: (data: object) => string;
  try {
    run = ejs.compile(text, OPTIONS as unknown as ejs.Options) as (data: object) => string;
  } catch (error) {
    throw explainCompilation(error, origin);
  }
  refuseComparisons(origin);
  const names = namesIn(origin.text);
  return (scope) => {
    try {
      return run({ scope: scopeProxy(scope, names), rethrow });
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      throw explainEvaluation(error.inner, origin, scope, tagsAt(origin.text, error.line));
    }
  };
}

interface Compiled {
  readonly render: (scope: Scope) => string;
  /** Of the file: an earlier task on the controller may write it anew. */
  readonly version: string;
}

const compiled = new Map<string, Compiled>();

function compiledFile(path: string, vault: Keyring): Compiled["render"] {
  const { ino, mtimeNs, size } = statSync(path, { bigint: true });
  const version = `${ino} ${mtimeNs} ${size}`;
  const known = compiled.get(path);
  if (known?.version === version) return known.render;
  const render = compileTemplate(readTemplate(path, vault));
  compiled.set(path, { render, version });
  return render;
}

/** Renders a template file. `include("part.ejs", { port: 80 })` in it renders another one, from the file's folder. */
export function renderFile(path: string, scope: Scope, vault: Keyring = NO_KEYS, way: readonly string[] = []): string {
  const render = compiledFile(path, vault);
  const include = (name: unknown, more: Readonly<Record<string, unknown>> = {}): string => {
    if (typeof name !== "string") throw new Error('include takes the name of a file: include("part.ejs")');
    const part = beside(path, name);
    if (!existsSync(part))
      throw inputError(`there is no template ${part}`, { remedy: "name it from the folder of this file" });
    if (part === path || way.includes(part)) throw new Error(`templates include each other: ${part}`);
    return renderFile(part, scope.with(more), vault, [...way, path]);
  };
  return render(scope.has("include") ? scope : scope.with({ include }));
}

/** What stands in a template from a vault is secret, as it stands between the tags. */
function readTemplate(path: string, vault: Keyring): Source {
  const source = readSource(path, vault);
  if (source.isSecret) for (const part of source.text.split(/<%[\s\S]*?%>/)) vault.conceal(part.trim());
  return source;
}

/** A template file. One of Ansible's, not yet rewritten, would be copied to hosts as it is: that is refused. */
export function compileTemplate(source: Source): (scope: Scope) => string {
  if (/\.(j2|jinja2?)$/.test(source.file) && !source.text.includes("<%") && isJinja(source.text)) {
    const place = source.place(source.text.search(/\{[{%]/));
    throw source.error(place, "this is a Jinja template, and templates are EJS here", ejsFor(source.line(place.line)));
  }
  return compileText({ source, text: source.text, placeAt: (offset) => source.place(offset) });
}
