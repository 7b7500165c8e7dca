import { join } from "node:path";
import type { BlockPart, Expression, Play, Scope } from "../../src/contract/play.js";
import { registry } from "../../src/modules/index.js";
import { computed, constant, makeHandler, makePlay, makeTask, type TaskParts } from "../support/plays.js";
import type { Act, BlockOf, Line, Sequence } from "./sequences.js";

/** A module and its parameters. */
interface Work {
  readonly module: string;
  readonly args: Readonly<Record<string, unknown>>;
}

type Register = Readonly<Record<string, unknown>> | undefined;

const registerOf = (scope: Scope): Register => scope.get("r") as Register;

let plays = 0;

/** The play that a sequence means for the tree at `root`. */
export function playOf({ lines, handlers, blocks = [] }: Sequence, root: string): Play {
  const around = blocksOf(blocks);
  const tasks = lines.map((line, i) =>
    makeTask(moduleOf(line.what), { ...partsOf(line, root), name: `task ${i + 1}`, blocks: around(i) }),
  );
  plays++;
  const made = handlers.map((what, i) => {
    const parts = { ...argsOf(what, root), ignoreErrors: constant(true) };
    // The marks of a run that failed must not be found by the next one, which is another play.
    return { ...makeHandler(`handler ${i}`, moduleOf(what), parts), key: `${root}/${plays}/${i}` };
  });
  return makePlay(tasks, { handlers: made });
}

/** A block that is not wholly inside of a part of an earlier one is left out. */
function blocksOf(given: readonly BlockOf[]): (line: number) => readonly BlockPart[] {
  const made = given.map((one) => ({
    ...one,
    block: {
      name: "block",
      place: { file: "test.yml", line: 1, column: 1 },
      rescues: one.part === "rescue" && one.middle < one.to,
    },
  }));
  const isPart = (line: number, { from, middle, to, part }: BlockOf): BlockPart["part"] | undefined =>
    line >= from && line < middle ? "tasks" : line >= middle && line < to ? part : undefined;
  const nested = made.filter((inner, i) =>
    made.slice(0, i).every((outer) => isPart(inner.from, outer) === isPart(inner.to - 1, outer)),
  );
  return (line) =>
    nested.flatMap((one) => {
      const part = isPart(line, one);
      return part === undefined ? [] : [{ block: one.block, part }];
    });
}

function moduleOf(act: Act): NonNullable<ReturnType<typeof registry.get>> {
  const name = work(act, () => "/", undefined).module;
  const found = registry.get(name);
  if (found === undefined) throw new Error(`no module ${name}`);
  return found;
}

function partsOf(line: Line, root: string): TaskParts {
  const { what, loop } = line;
  return {
    ...argsOf(what, root, loop),
    ...(line.register && { register: "r" }),
    ...(line.when !== undefined && { when: [condition(line.when)] }),
    ...(loop !== undefined && "at" in what && { loop: { items: constant([what.at, loop]), variable: "item" } }),
    ...(line.ignore && { ignoreErrors: constant(true) }),
    ...(line.notify !== undefined && { notify: [constant(`handler ${line.notify}`)] }),
    ...(line.check !== undefined && { checkMode: constant(true) }),
    ...judged(line),
  };
}

function argsOf(what: Act, root: string, loop?: string): TaskParts {
  const looped = loop !== undefined && "at" in what;
  const place = (name: string): string => join(root, name);
  const make = (scope: Scope): Work =>
    work(what, (own) => place(looped ? (scope.get("item") as string) : own), scope, place);
  const quiet = what.act === "look" ? { changedWhen: [constant(false)] } : {};
  return { args: (scope) => make(scope).args, ...quiet, ...(what.act === "set" && { argNames: ["v"] }) };
}

function judged({ what, judge }: Line): TaskParts {
  if (judge === undefined || !["look", "append", "move"].includes(what.act)) return {};
  const wrote = computed("r.stdout === 'one'", (scope) => registerOf(scope)?.["stdout"] === "one");
  return judge === "failsOnText" ? { failedWhen: [wrote] } : { changedWhen: [wrote] };
}

function condition(when: NonNullable<Line["when"]>): Expression<boolean> {
  switch (when) {
    case "changed":
      return computed("r.changed", (scope) => registerOf(scope)?.["changed"] === true);
    case "failed":
      return computed("r.failed", (scope) => registerOf(scope)?.["failed"] === true);
    case "text":
      return computed("r.stdout === 'one'", (scope) => registerOf(scope)?.["stdout"] === "one");
    case "set":
      return computed("v === 'one'", (scope) => scope.get("v") === "one");
    default:
      return when satisfies never;
  }
}

/** `own` gives the path of a task's place, or of the loop's item; `place` that of any other. */
function work(
  act: Act,
  own: (at: string) => string,
  scope: Scope | undefined,
  place: (name: string) => string = own,
): Work {
  const file = (args: object): Work => ({ module: "file", args: { ...args } });
  const command = (...argv: string[]): Work => ({ module: "command", args: { argv } });
  switch (act.act) {
    case "absent":
      return file({ path: own(act.at), state: "absent" });
    case "folder":
      return file({ path: own(act.at), state: "directory", mode: act.mode });
    case "link":
      return file({ path: own(act.at), state: "link", src: place(act.to), force: act.force });
    case "hard":
      return file({ path: own(act.at), state: "hard", src: place(act.to) });
    case "mode":
      return file({ path: own(act.at), mode: act.mode });
    case "copy":
      return { module: "copy", args: { dest: own(act.at), content: `${act.text}\n`, mode: act.mode } };
    case "copyRegister": {
      return { module: "copy", args: { dest: own(act.at), content: `${printed(scope)}\n` } };
    }
    case "line":
      return { module: "lineinfile", args: { path: own(act.at), line: act.text, create: act.create } };
    case "move":
      return command("mv", "-T", "--", own(act.at), place(act.to));
    case "relink":
      return command("ln", "-sfn", "--", place(act.to), own(act.at));
    case "append":
      return command("sh", "-c", 'echo two >>"$1" && cat "$1"', "append", own(act.at));
    case "unless":
      return { module: "command", args: { argv: ["touch", "--", own(act.at)], creates: place(act.to) } };
    case "look":
      return command("cat", own(act.at));
    case "set":
      return { module: "set_fact", args: { v: act.text } };
    case "say":
      return { module: "debug", args: { msg: printed(scope) } };
    case "flush":
      return { module: "meta", args: { free_form: "flush_handlers" } };
    default:
      return act satisfies never;
  }
}

/** What the registered task wrote, if it was one that writes. */
function printed(scope: Scope | undefined): string {
  const stdout = scope === undefined ? undefined : registerOf(scope)?.["stdout"];
  return typeof stdout === "string" ? stdout : "none";
}
