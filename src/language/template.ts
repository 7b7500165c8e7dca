import ejs from "ejs";
import type { Scope } from "../contract/play.js";
import { explainEvaluation, type Origin, scopeProxy } from "./evaluate.js";
import type { Source } from "./source.js";

/**
 * Compiles a text with `<% %>` in it. ejs copies its data shallowly, which would call every lazy getter and lose the
 * Proxy: so the scope travels as one value, and a `with` over it stands before the text, on its first line.
 */
export function compileText(origin: Origin): (scope: Scope) => string {
  let run: (data: object) => string;
  try {
    run = ejs.compile(`<% with (locals.scope) { %>${origin.text}<% } %>`, {
      _with: false,
      localsName: "locals",
      strict: false,
      compileDebug: false,
      client: false,
      async: false,
      delimiter: "%",
      openDelimiter: "<",
      closeDelimiter: ">",
      // Never HTML.
      escape: (value: unknown) => shown(value),
    } as ejs.Options) as (data: object) => string;
  } catch (error) {
    const message = error instanceof Error ? (error.message.split("\n")[0] ?? "") : String(error);
    throw origin.source.error(
      origin.placeAt(firstTag(origin.text)),
      `this template cannot be compiled: ${message}`,
      closingHint(origin.text),
    );
  }
  return (scope) => {
    try {
      return run({ scope: scopeProxy(scope) });
    } catch (error) {
      throw explainEvaluation(error, origin, scope);
    }
  };
}

/** A template file. */
export function compileTemplate(source: Source): (scope: Scope) => string {
  return compileText({ source, text: source.text, placeAt: (offset) => source.place(offset) });
}

function shown(value: unknown): string {
  if (value === undefined || value === null) return "";
  return typeof value === "string" ? value : (JSON.stringify(value) ?? "");
}

function firstTag(text: string): number {
  return Math.max(0, text.indexOf("<%"));
}

function closingHint(text: string): string | undefined {
  const open = text.split("<%").length - 1;
  const close = text.split("%>").length - 1;
  return open === close ? "each { needs its } in a tag of its own: <% } %>" : "a <% has no %>";
}
