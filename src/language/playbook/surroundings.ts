import type { Expression } from "../../contract/play.js";
import { condition, templateTree } from "../expression.js";
import type { Source } from "../source.js";
import { varsLayer } from "../variables.js";
import type { MapNode } from "../nodes.js";
import type { LoadContext, Surroundings } from "./context.js";
import { withDefaults } from "./module-defaults.js";
import {
  asMap,
  asText,
  asWords,
  booleanTemplate,
  entryOf,
  mapped,
  numberTemplate,
  oneOrMore,
  textTemplate,
} from "./values.js";

export const NOWHERE: Surroundings = {
  when: [],
  tags: [],
  environment: [],
  notify: [],
  moduleDefaults: new Map(),
  layers: [],
  params: [],
  blocks: [],
};

const nowhere = { file: "", line: 1, column: 1 };
const ITSELF: Expression<string> = {
  source: "inventory_hostname",
  place: nowhere,
  evaluate: (scope) => String(scope.get("inventory_hostname")),
};
const UNBOUND: Expression<number> = { source: "0", place: nowhere, evaluate: () => 0 };

/** What is written further out holds where a template gives `omit`. */
function orOuter<T>(own: Expression<T>, outer: Expression<T> | undefined): Expression<T> {
  if (own.constant !== undefined || outer === undefined) return own;
  return {
    source: own.source,
    place: own.place,
    evaluate: (scope) => own.evaluate(scope) ?? outer.evaluate(scope),
  };
}

/** The surroundings with what a play, block, role entry or task adds to them. */
export function within(outer: Surroundings, node: MapNode, source: Source, context: LoadContext): Surroundings {
  const of = (key: string) => entryOf(node, key);
  const become = booleanTemplate(of("become"), source);
  const becomeUser = textTemplate(of("become_user"), source);
  const ignoreErrors = booleanTemplate(of("ignore_errors"), source);
  const noLog = booleanTemplate(of("no_log"), source);
  const checkMode = booleanTemplate(of("check_mode"), source);
  const delegateTo = textTemplate(of("delegate_to"), source);
  const runOnce = booleanTemplate(of("run_once"), source);
  const throttle = numberTemplate(of("throttle"), source);
  const anyErrorsFatal = booleanTemplate(of("any_errors_fatal"), source);
  const timeout = numberTemplate(of("timeout"), source);
  const ignoreUnreachable = booleanTemplate(of("ignore_unreachable"), source);
  const delegateFacts = booleanTemplate(of("delegate_facts"), source);
  const diff = booleanTemplate(of("diff"), source);
  const vars = asMap(node.get("vars") ?? null, source, "vars");
  checkBecomeMethod(node, source);
  return {
    ...outer,
    when: [...outer.when, ...oneOrMore(node.get("when")).map((one) => condition(one, source))],
    tags: [...outer.tags, ...tagsOf(node, source)],
    environment: [...outer.environment, ...environments(node, source)],
    notify: node.get("notify") === undefined ? outer.notify : topics(node, source),
    moduleDefaults: withDefaults(outer.moduleDefaults, node.get("module_defaults"), source, context),
    layers: vars === undefined ? outer.layers : [...outer.layers, varsLayer("vars", vars, source)],
    ...(become !== undefined && { become: orOuter(become, outer.become) }),
    ...(becomeUser !== undefined && { becomeUser: orOuter(becomeUser, outer.becomeUser) }),
    ...(ignoreErrors !== undefined && { ignoreErrors: orOuter(ignoreErrors, outer.ignoreErrors) }),
    ...(noLog !== undefined && { noLog: orOuter(noLog, outer.noLog) }),
    ...(checkMode !== undefined && { checkMode: orOuter(checkMode, outer.checkMode) }),
    ...(delegateTo !== undefined && { delegateTo: orOuter(delegateTo, outer.delegateTo ?? ITSELF) }),
    ...(runOnce !== undefined && { runOnce: orOuter(runOnce, outer.runOnce) }),
    ...(throttle !== undefined && { throttle: orOuter(throttle, outer.throttle ?? UNBOUND) }),
    ...(anyErrorsFatal !== undefined && { anyErrorsFatal: orOuter(anyErrorsFatal, outer.anyErrorsFatal) }),
    ...(timeout !== undefined && { timeout: orOuter(timeout, outer.timeout) }),
    ...(ignoreUnreachable !== undefined && { ignoreUnreachable: orOuter(ignoreUnreachable, outer.ignoreUnreachable) }),
    ...(delegateFacts !== undefined && { delegateFacts: orOuter(delegateFacts, outer.delegateFacts) }),
    ...(diff !== undefined && { diff: orOuter(diff, outer.diff) }),
  };
}

function checkBecomeMethod(node: MapNode, source: Source): void {
  const method = node.get("become_method");
  if (method === undefined || asText(method, source, "become_method") === "sudo") return;
  throw source.error(method.place, "become_method can only be sudo", "remove it, and give the user a rule of sudo");
}

function topics(node: MapNode, source: Source): readonly Expression<string>[] {
  return oneOrMore(node.get("notify")).map((one) => {
    const entry = { key: "notify", keyPlace: one.place, value: one };
    return textTemplate(entry, source) as Expression<string>;
  });
}

function environments(node: MapNode, source: Source): readonly Expression<Readonly<Record<string, string>>>[] {
  return oneOrMore(node.get("environment")).map((one) => {
    const wrong = (): Error =>
      source.error(
        one.place,
        "environment must be a mapping of texts",
        "write `NAME: value`, one on each line below, indented",
      );
    if (one.kind === "seq") throw wrong();
    if (one.kind === "scalar" && !String(one.value).includes("<%")) throw wrong();
    return mapped(templateTree(one, source), (value) => {
      if (typeof value !== "object" || value === null || Array.isArray(value)) throw wrong();
      const texts = Object.entries(value).map(([name, text]) => {
        if (text !== null && typeof text === "object") throw wrong();
        return [name, String(text ?? "")] as const;
      });
      return Object.fromEntries(texts);
    });
  });
}

/** Which tasks run is decided before anything is rendered. */
function tagsOf(node: MapNode, source: Source): readonly string[] {
  const tags = asWords(node.get("tags"), source, "tags");
  const template = tags.find((tag) => tag.includes("<%"));
  if (template === undefined) return tags;
  throw source.error(node.get("tags")?.place ?? node.place, "a tag cannot be a template", "write the tag itself");
}
