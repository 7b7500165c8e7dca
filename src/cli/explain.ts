import { existsSync, readFileSync, statSync } from "node:fs";
import { basename, dirname, relative } from "node:path";
import { didYouMean, inputError } from "../contract/error.js";
import {
  hostScope,
  type LoadedPlay,
  loadPlaybooks,
  namesOnLine,
  rolePlay,
  type View,
  viewsOf,
  viewWithout,
} from "../language/index.js";
import { createRedactor, redactDeep } from "../ui/redact.js";
import { EXIT } from "./exit-status.js";
import { explained, explainedText } from "./explain-text.js";
import type { InventoryOptions } from "./options.js";
import { Session } from "./session.js";

export interface ExplainOptions extends InventoryOptions {
  readonly host: string;
  readonly role?: string;
  readonly output?: "plain" | "json";
}

/** `fettle explain VARIABLE|FILE:LINE [PLAYBOOKS]`: every definition of a variable on a host, and which one wins. */
export async function explain(what: string, playbooks: readonly string[], options: ExplainOptions): Promise<number> {
  return Session.use({ ...options, timeout: 10 }, (session) => {
    const { inventory } = session;
    const [host, second] = inventory.select(options.host);
    if (host === undefined || second !== undefined)
      throw inputError(
        `--host must name one host, and "${options.host}" is ${host === undefined ? "none" : "several"}`,
      );
    const line = lineOf(what);
    const role = options.role ?? line?.role;
    const plays = playsOf(playbooks, role, host, session);
    const scope = hostScope(host, inventory, session.extraVars);
    const answers = (line?.names ?? [what]).map((path) => {
      const [name = "", ...rest] = path.split(".");
      const found = viewsOf(plays, host, name, role);
      const views = (found.length > 0 ? found : [viewWithout(scope, name)]).filter(isSomething);
      if (views.length === 0 && line === undefined) throw unknown(name, [...found, viewWithout(scope, name)]);
      return explained(path, rest, views, role);
    });
    const redact = createRedactor(session.secrets);
    const shown = redactDeep({ host, answers }, redact);
    process.stdout.write(
      options.output === "json"
        ? `${JSON.stringify(shown)}\n`
        : shown.answers.map((one) => explainedText(one, host)).join("\n"),
    );
    return Promise.resolve(EXIT.done);
  });
}

function isSomething({ below, above, setBy, own }: View): boolean {
  return below.length + above.length + setBy.length > 0 || own !== undefined;
}

/** A role that no playbook is named for is looked at as if a play of this host had it alone. */
function playsOf(
  playbooks: readonly string[],
  role: string | undefined,
  host: string,
  session: Session,
): readonly LoadedPlay[] {
  const context = session.loadContext();
  if (playbooks.length > 0) return loadPlaybooks(playbooks, context);
  return role === undefined ? [] : [rolePlay(role, host, context)];
}

/** `roles/nginx/templates/site.conf.ejs:12`: the names on that line; undefined: it is no line of a file. */
function lineOf(what: string): { readonly names: readonly string[]; readonly role?: string } | undefined {
  const [, file = "", line = ""] = /^(.+?):(\d+)(?::\d+)?$/.exec(what) ?? [];
  if (file === "" || !existsSync(file) || !statSync(file).isFile()) return undefined;
  const text = readFileSync(file, "utf8").split("\n")[Number(line) - 1];
  if (text === undefined) throw inputError(`${file} has no line ${line}`);
  const names = namesOnLine(text);
  if (names.length === 0)
    throw inputError(`there are no variables on line ${line} of ${file}`, { remedy: "name another line" });
  const role = roleAround(file);
  return { names, ...(role !== undefined && { role }) };
}

/** The role that a file lies in: `roles/NAME/templates/…`. */
function roleAround(file: string): string | undefined {
  const parts = relative(".", file).split("/");
  const at = parts.findLastIndex((part) =>
    ["templates", "tasks", "handlers", "vars", "defaults", "files"].includes(part),
  );
  const folder = parts.slice(0, at).join("/");
  return at > 1 && basename(dirname(folder)) === "roles" ? basename(folder) : undefined;
}

function unknown(name: string, views: readonly View[]): Error {
  const known = views.flatMap(({ scope }) => scope.names());
  const meant = didYouMean(name, known);
  const remedy =
    meant === undefined ? "name the playbooks that define it, behind the variable" : `did you mean "${meant}"?`;
  return inputError(`nobody defines "${name}"`, { remedy });
}
