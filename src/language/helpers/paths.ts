import { homedir } from "node:os";
import { posix } from "node:path";
import { helper, type Helpers, textOf } from "./helper.js";

export const PATHS: Helpers = {
  basename: helper("basename(path)", "What stands behind the last slash.", basename),
  dirname: helper("dirname(path)", "What stands before the last slash.", dirname),
  splitext: helper("splitext(path)", "`[before, ending]`: the ending with its point.", splitext),
  pathJoin: helper(
    "pathJoin(...parts)",
    "Parts joined by slashes; an absolute one starts anew.",
    pathJoin,
    "path_join",
  ),
  relpath: helper(
    "relpath(path, start)",
    "The path as seen from the folder `start`.",
    (path: unknown, start: unknown) => posix.relative(textOf("relpath", start), textOf("relpath", path)) || ".",
  ),
  expanduser: helper("expanduser(path)", "`~` as the home folder on the controller.", (path: unknown) =>
    textOf("expanduser", path).replace(/^~(?=\/|$)/, homedir()),
  ),
};

/** As Python has it: "/a/b/" has no name, which the shell's basename gives one. */
function basename(path: unknown): string {
  const text = textOf("basename", path);
  return text.slice(text.lastIndexOf("/") + 1);
}

function dirname(path: unknown): string {
  const text = textOf("dirname", path);
  const head = text.slice(0, text.lastIndexOf("/") + 1);
  return /^\/+$/.test(head) ? head : head.replace(/\/+$/, "");
}

/** A point that begins a name begins no ending. */
function splitext(path: unknown): readonly [string, string] {
  const text = textOf("splitext", path);
  const [ending = ""] = /(?<=[^/.])\.[^./]*$/.exec(text) ?? [];
  return [text.slice(0, text.length - ending.length), ending];
}

function pathJoin(...given: unknown[]): string {
  const parts = given.flat().map((part) => textOf("pathJoin", part));
  return parts.reduce((all, part) =>
    part.startsWith("/") ? part : all === "" || all.endsWith("/") ? all + part : `${all}/${part}`,
  );
}
