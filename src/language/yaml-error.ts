import * as yaml from "js-yaml";
import type { FettleError } from "../contract/error.js";
import type { Source } from "./source.js";

/** What js-yaml says, as an error of the user's: with the cause that is most likely meant. */
export function explainYaml(error: unknown, source: Source): FettleError {
  if (!(error instanceof yaml.YAMLException)) throw error;
  const position = error.mark?.position ?? 0;
  const place = source.place(position);
  const line = source.line(place.line);
  const tab = /^ *\t/.exec(line)?.[0].length;
  if (tab !== undefined)
    return source.error({ ...place, column: tab }, "this is not YAML: a tab stands here", "indent with spaces");
  if (error.reason.startsWith("nesting exceeded")) return source.error(place, "this is nested too deeply");
  const character = source.text[position] ?? "";
  if (/[@`%]/.test(character) && error.reason.startsWith("bad indentation")) {
    return source.error(place, `this is not YAML: a plain text cannot begin with ${character}`, "put it in quotes");
  }
  return source.error(place, `this is not YAML: ${error.reason}`, remedyFor(line, place.column));
}

function remedyFor(line: string, column: number): string | undefined {
  const [before, after] = [line.slice(0, column - 1), line.slice(column - 1)];
  if (/:\s*(["']).*\1\s*$/.test(before) && after.trim() !== "")
    return "when a value begins with a quote, all of it must stand in quotes";
  if (/\S:\s+\S.*:(\s|$)/.test(line)) return "put a text that holds `: ` in quotes";
  return undefined;
}
