import ejs from "ejs";
import type { Scope } from "../contract/play.js";
import { NO_THIS, scopeProxy } from "./evaluate.js";
import { explainEvaluation, type Origin } from "./explain.js";
import { ejsFor, isJinja } from "./jinja.js";
import type { Source } from "./source.js";
import { explainCompilation, tagsAt } from "./template-tags.js";

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

/**
 * Compiles a text with `<% %>` in it. ejs copies its data shallowly, which would call every lazy getter and lose the
 * Proxy: so the scope travels as one value, and a `with` over it stands before the text, on its first line.
 */
export function compileText(origin: Origin): (scope: Scope) => string {
  const text = `<% rethrow = locals.rethrow; with (locals.scope) { %>${origin.text}<% } %>`;
  let run: (data: object) => string;
  try {
    run = ejs.compile(text, OPTIONS as unknown as ejs.Options) as (data: object) => string;
  } catch (error) {
    throw explainCompilation(error, origin);
  }
  return (scope) => {
    try {
      return run({ scope: scopeProxy(scope), rethrow });
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      throw explainEvaluation(error.inner, origin, scope, tagsAt(origin.text, error.line));
    }
  };
}

/** A template file. One of Ansible's, not yet rewritten, would be copied to hosts as it is: that is refused. */
export function compileTemplate(source: Source): (scope: Scope) => string {
  if (/\.(j2|jinja2?)$/.test(source.file) && !source.text.includes("<%") && isJinja(source.text)) {
    const place = source.place(source.text.search(/\{[{%]/));
    throw source.error(place, "this is a Jinja template, and templates are EJS here", ejsFor(source.line(place.line)));
  }
  return compileText({ source, text: source.text, placeAt: (offset) => source.place(offset) });
}
