import { dirname } from "node:path";
import type { FettleError, Place } from "../../contract/error.js";
import type { ModuleSpec } from "../../contract/module.js";
import { paramNames } from "../../contract/params.js";
import type { Expression, Handler, Scope, Task } from "../../contract/play.js";
import { condition, templateText } from "../expression.js";
import { whyNoName } from "../scope.js";
import type { Source } from "../source.js";
import type { Entry, MapNode } from "../nodes.js";
import { findModule, readArgs, unknownModule } from "./args.js";
import type { LoadContext, Surroundings } from "./context.js";
import { HANDLER, isRefused, TASK, unknownKey } from "./keywords.js";
import { loopOf } from "./loop.js";
import type { PlayFrame } from "./play-frame.js";
import { within } from "./surroundings.js";
import { asText, asVariableName, entryOf, mapped, numberTemplate, oneOrMore } from "./values.js";

/** Reads one task. Throws, or adds to the problems, what is wrong with it. */
export function readTask(node: MapNode, source: Source, outer: Surroundings, frame: PlayFrame): Task {
  return build(node, source, outer, frame, TASK, "a task");
}

export function readHandler(node: MapNode, source: Source, outer: Surroundings, frame: PlayFrame): Handler {
  const task = build(node, source, outer, frame, HANDLER, "a handler");
  const name = task.name.source;
  const topics = [name, ...(task.role === undefined ? [] : [`${task.role} : ${name}`])];
  const listen = asWordsOrTexts(node, source);
  // What calls a handler decides whether it runs; its own when still holds.
  return {
    ...task,
    topics: [...topics, ...listen],
    key: [frame.play.project, task.role ?? frame.play.name, name].join("/"),
  };
}

function asWordsOrTexts(node: MapNode, source: Source): readonly string[] {
  return oneOrMore(node.get("listen")).map((one) => asText(one, source, "listen"));
}

function build(
  node: MapNode,
  source: Source,
  outer: Surroundings,
  frame: PlayFrame,
  keywords: readonly string[],
  what: string,
): Task {
  const { context } = frame;
  const { module, entry } = moduleOf(node, source, context, keywords, what);
  const own = context.problems.guard(() => within(outer, node, source, context)) ?? outer;
  const { args, argNames, places } = readArgs(
    module,
    { entry, more: node.get("args"), defaults: own.moduleDefaults.get(module.name) },
    source,
    context.problems,
  );
  if (module.setsVariables === true)
    for (const key of argNames) checkName(key, places.argPlace([key], "name"), frame, source);
  const register = registerOf(node, source);
  const loop = loopOf(node, source, frame.filesOf(own.role));
  const conditions = (key: string): readonly Expression<boolean>[] =>
    oneOrMore(node.get(key)).map((one) => condition(one, source));
  const name = nameOf(node, source, module);
  const retries = numberTemplate(entryOf(node, "retries"), source);
  const delay = numberTemplate(entryOf(node, "delay"), source);
  const asJob = numberTemplate(entryOf(node, "async"), source);
  const poll = numberTemplate(entryOf(node, "poll"), source);
  const becomes = becomeOf(own);
  return {
    id: frame.nextId(),
    name,
    place: node.place,
    module,
    args,
    argNames,
    argPlace: (path, of) => places.argPlace(path, of),
    excerpt: (place) => places.excerpt(place),
    when: own.when,
    notify: own.notify,
    environment: own.environment,
    changedWhen: conditions("changed_when"),
    failedWhen: conditions("failed_when"),
    until: conditions("until"),
    tags: [...new Set(own.tags)],
    blocks: own.blocks,
    scope: (host, dynamic) => frame.scope(host, dynamic, own, [dirname(source.file)]),
    local: (scope) => frame.local(scope, own.role, source),
    ...becomes,
    ...([own.become, own.becomeUser].some(isComputed) && { becomeIsComputed: true }),
    ...(own.role !== undefined && { role: own.role.name }),
    ...(loop !== undefined && { loop }),
    ...(retries !== undefined && { retries }),
    ...(delay !== undefined && { delay }),
    ...(asJob !== undefined && { async: asJob }),
    ...(poll !== undefined && { poll }),
    ...(register !== undefined && { register }),
    ...(own.ignoreErrors !== undefined && { ignoreErrors: own.ignoreErrors }),
    ...(own.noLog !== undefined && { noLog: own.noLog }),
    ...(own.checkMode !== undefined && { checkMode: own.checkMode }),
    ...(own.delegateTo !== undefined && { delegateTo: own.delegateTo }),
    ...(own.runOnce !== undefined && { runOnce: own.runOnce }),
    ...(isOnce(module, args) && { runOnce: ALWAYS }),
    ...(changesInventory(module, args) && { changesInventory: true }),
    ...(own.throttle !== undefined && { throttle: own.throttle }),
    ...(own.anyErrorsFatal !== undefined && { anyErrorsFatal: own.anyErrorsFatal }),
    ...(own.timeout !== undefined && { timeout: own.timeout }),
    ...(own.ignoreUnreachable !== undefined && { ignoreUnreachable: own.ignoreUnreachable }),
    ...(own.delegateFacts !== undefined && { delegateFacts: own.delegateFacts }),
    ...(own.diff !== undefined && { diff: own.diff }),
  };
}

function isComputed(expression: Expression<unknown> | undefined): boolean {
  return expression !== undefined && expression.constant === undefined;
}

const ALWAYS: Expression<boolean> = {
  source: "true",
  place: { file: "", line: 1, column: 1 },
  constant: { value: true },
  evaluate: () => true,
};

/** Actions of meta that one host takes for all, as in Ansible. */
const ONCE: readonly unknown[] = ["end_play", "end_batch", "clear_host_errors", "refresh_inventory"];

function isOnce(module: ModuleSpec, { constant }: Task["args"]): boolean {
  return module.oncePerPlay === true || (module.name === "meta" && ONCE.includes(constant?.value["free_form"]));
}

function changesInventory(module: ModuleSpec, { constant }: Task["args"]): boolean {
  const isRefresh = module.name === "meta" && constant?.value["free_form"] === "refresh_inventory";
  return module.changesInventory === true || isRefresh;
}

function moduleOf(
  node: MapNode,
  source: Source,
  { registry, problems }: LoadContext,
  keywords: readonly string[],
  what: string,
): { module: ModuleSpec; entry: Entry } {
  const rest = node.entries.filter(({ key }) => !keywords.includes(key));
  const found = rest.flatMap((entry) => {
    const module = findModule(entry.key, registry);
    return module === undefined ? [] : [{ module, entry }];
  });
  const [first, second] = found;
  const strange = rest.filter((entry) => findModule(entry.key, registry) === undefined);
  const bad = strange[0];
  if (first !== undefined) for (const one of strange) problems.add(strangeKey(one, first, keywords, what, source));
  else if (bad !== undefined) {
    if (bad.key === "hosts")
      throw source.error(
        node.place,
        `this is a play, and ${what} is needed here`,
        "read it by import_playbook: in a playbook",
      );
    throw isRefused(bad.key) ? unknownKey(bad, keywords, what, source) : unknownModule(bad, registry, keywords, source);
  }
  if (first === undefined)
    throw source.error(node.place, `${what} must name a module`, "for example `command: uptime`");
  if (second !== undefined) {
    const names = `"${first.entry.key}" and "${second.entry.key}"`;
    throw source.error(second.entry.keyPlace, `${what} can have one module, not two: ${names}`, "make two tasks of it");
  }
  return first;
}

/** set_fact of a name that cannot be set. */
function checkName(name: string, place: Place, { context }: PlayFrame, source: Source): void {
  const reason = whyNoName(name);
  if (reason !== undefined) context.problems.add(source.error(place, reason, "choose another name"));
}

/** A key that is no keyword, beside a module: one of its parameters, perhaps. */
function strangeKey(
  entry: Entry,
  { module }: { module: ModuleSpec },
  keywords: readonly string[],
  what: string,
  source: Source,
): FettleError {
  if (isRefused(entry.key) || !paramNames(module).includes(entry.key)) return unknownKey(entry, keywords, what, source);
  const cause = `"${entry.key}" is a parameter of ${module.name}, and stands beside it`;
  return source.error(entry.keyPlace, cause, `indent it below ${module.name}:`);
}

function nameOf(node: MapNode, source: Source, module: ModuleSpec): Expression<string> {
  const entry = entryOf(node, "name");
  if (entry === undefined || (entry.value.kind === "scalar" && entry.value.value === null)) {
    return { source: module.name, place: node.place, constant: { value: module.name }, evaluate: () => module.name };
  }
  if (entry.value.kind !== "scalar")
    throw source.error(entry.value.place, "name must be a text", "write one text behind the colon");
  const inner = templateText(entry.value, source);
  if (inner.constant === undefined) return mapped(inner, String);
  const value = String(inner.constant.value);
  return { source: value, place: inner.place, constant: { value }, evaluate: () => value };
}

function registerOf(node: MapNode, source: Source): string | undefined {
  const found = node.get("register");
  if (found === undefined) return undefined;
  return asVariableName(found, source, "register");
}

/** Inventory variables (`ansible_become`, `ansible_become_user`) win over keywords, as in Ansible. */
export function becomeOf(own: Surroundings): { become: Expression<boolean>; becomeUser: Expression<string> } {
  const place = own.become?.place ?? { file: "", line: 1, column: 1 };
  const variable = (scope: Scope, name: string): unknown => (scope.has(name) ? scope.get(name) : undefined);
  return {
    become: {
      source: own.become?.source ?? "false",
      place,
      evaluate: (scope) => {
        const value = variable(scope, "ansible_become") ?? own.become?.evaluate(scope) ?? false;
        return typeof value === "string" ? /^(true|yes|1)$/i.test(value) : Boolean(value);
      },
    },
    becomeUser: {
      source: own.becomeUser?.source ?? "root",
      place,
      evaluate: (scope) => {
        const name = variable(scope, "ansible_become_user");
        return typeof name === "string" ? name : (own.becomeUser?.evaluate(scope) ?? "root");
      },
    },
  };
}
