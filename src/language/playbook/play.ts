import { existsSync } from "node:fs";
import { basename, dirname, resolve } from "node:path";
import { didYouMean, FettleError } from "../../contract/error.js";
import { type Expression, NotYet, type Play, type Scope, type Section } from "../../contract/play.js";
import { templateTree } from "../expression.js";
import { createScope, type Layer } from "../scope.js";
import { beside, type Source } from "../source.js";
import { varsLayer, readVarsFile } from "../variables.js";
import { type MapNode, type Node, toValue } from "../nodes.js";
import { checkIsPlay } from "./is-play.js";
import type { LoadContext, Surroundings } from "./context.js";
import { gatheringOf } from "./gathering.js";
import { checkNotified, lastNamesWin, readHandlers } from "./handlers.js";
import { nothingRead, PlayFrame } from "./play-frame.js";
import { type Prompt, promptsOf } from "./prompts.js";
import { readRoles, readRoleTask } from "./role.js";
import { rollingOf } from "./rolling.js";
import { NOWHERE, within } from "./surroundings.js";
import { becomeOf } from "./task.js";
import { readTasks } from "./task-list.js";
import { asBoolean, asList, asMap, asText, entryOf, oneOrMore, portTemplate, textTemplate } from "./values.js";

/** A play, and what it says about logging in. */
export interface LoadedPlay extends Play {
  readonly remoteUser?: Expression<string>;
  readonly transport?: "ssh2" | "local";
  readonly port?: Expression<number>;
  /** vars and vars_files, the later the stronger: they may hold `ansible_user` and the like. */
  readonly variables: readonly Layer[];
  /** What stands behind `hosts:`. */
  readonly pattern: string;
  readonly tags: readonly string[];
  /** The folder of its playbook: group_vars/ and host_vars/ lie there. */
  readonly folder: string;
  /** `vars_prompt`: to be answered before the run. */
  readonly prompts: readonly Prompt[];
  /** Throws an input error for what the answers are wrong for. */
  checkAnswers(): void;
  /** Its pattern hangs on an answer: `hosts` is empty until then. */
  readonly hostsAreOpen: boolean;
  /** Names of its pattern that nobody knows; it runs on the hosts of the others. */
  readonly unknownHosts: readonly FettleError[];
}

export function readPlay(
  node: MapNode,
  source: Source,
  number: number,
  context: LoadContext,
  outer: Surroundings = NOWHERE,
): LoadedPlay {
  const { problems } = context;
  checkIsPlay(node, source, context);
  const asked = problems.guard(() => promptsOf(node, source, () => beforeHosts(frame))) ?? {
    prompts: [],
    layer: { name: "", values: new Map() },
  };
  const { hosts, pattern, unknown, isOpen } = hostsOf(node, source, context, asked.layer);
  const nameNode = node.get("name");
  const name = nameNode === undefined ? pattern : asText(nameNode, source, "name");
  const frame = new PlayFrame(
    context,
    { playbook: source.file, name, number, project: projectOf(source.file), isLocal: isLocal(node) },
    readRoleTask,
  );
  readVariables(node, source, frame, asked.layer);
  const own = fromPlay(node, source, context, outer);
  const sections = readSections(node, source, own, frame);
  readHandlers(node.get("handlers"), source, own, frame);
  checkNotified(sections, frame);
  const rolling = rollingOf(node, source, () => beforeHosts(frame));
  const checkAnswers = (): void => {
    const [wrong] = isOpen ? hostsOf(node, source, context, asked.layer).unknown : [];
    if (wrong !== undefined) throw wrong;
    rollingOf(node, source, () => beforeHosts(frame));
  };
  return {
    name,
    place: node.place,
    hosts,
    hostsNow: () => (isOpen || context.inventory.isChanged ? hostsOf(node, source, context, asked.layer).hosts : hosts),
    sections,
    handlers: lastNamesWin(frame.handlers),
    roleInputs: frame.roleInputs,
    forceHandlers: context.forceHandlers || (asBoolean(node.get("force_handlers"), source, "force_handlers") ?? false),
    ...gatheringOf(node, source, own, context, () => beforeHosts(frame)),
    strategy: strategyOf(node, source),
    rolling,
    checkAnswers,
    ...becomeOf(own),
    folder: frame.folder,
    pattern,
    tags: own.tags,
    variables: frame.shared.layers,
    unknownHosts: unknown,
    prompts: asked.prompts,
    hostsAreOpen: isOpen,
    ...connectionOf(node, source),
  };
}

function hostsOf(
  node: MapNode,
  source: Source,
  context: LoadContext,
  asked: Layer,
): { hosts: readonly string[]; pattern: string; unknown: readonly FettleError[]; isOpen: boolean } {
  const found = node.get("hosts");
  if (found === undefined) return { hosts: [], pattern: "", unknown: [], isOpen: false };
  const scope = createScope({ below: [asked], above: context.extraVars, dynamic: nothingRead(""), magic: {} });
  const pattern = patternIn(found, source, scope);
  if (pattern === undefined) return { pattern: String(toValue(found)), hosts: [], unknown: [], isOpen: true };
  if (pattern.trim() === "") throw source.error(found.place, "hosts is empty", "write a group, a pattern, or all");
  const left: FettleError[] = [];
  const placed = ({ details }: FettleError): FettleError => source.error(found.place, details.cause, details.remedy);
  try {
    const hosts = context.inventory.select(pattern, context.limit, left);
    return { pattern, hosts, unknown: left.map(placed), isOpen: false };
  } catch (error) {
    if (!(error instanceof FettleError) || error.details.place !== undefined) throw error;
    if (context.limit !== undefined) context.inventory.select("all", context.limit);
    return { pattern, hosts: [], unknown: [placed(error)], isOpen: false };
  }
}

/** undefined: it hangs on an answer that nobody has given yet. */
function patternIn(hosts: Node, source: Source, scope: Scope): string | undefined {
  try {
    const parts = oneOrMore(hosts).map((one) => {
      if (one.kind !== "scalar")
        throw source.error(one.place, "hosts must be a pattern, or a list of patterns", "write web, or [web, db]");
      return String(templateTree(one, source).evaluate(scope));
    });
    return parts.join(",");
  } catch (error) {
    if (error instanceof NotYet) return undefined;
    throw error;
  }
}

/** The variables that are the same for all hosts. */
function beforeHosts({ shared, context }: PlayFrame): Scope {
  return createScope({ below: shared.layers, above: context.extraVars, dynamic: nothingRead(""), magic: {} });
}

/** play vars, then vars_prompt, then vars_files in their order. */
function readVariables(node: MapNode, source: Source, frame: PlayFrame, asked: Layer): void {
  const { problems } = frame.context;
  problems.guard(() => {
    const given = node.get("vars") ?? null;
    if (given?.kind === "scalar" && typeof given.value === "string")
      throw source.error(given.place, "vars must be a mapping", `for a file write vars_files: [${given.value}]`);
    const vars = asMap(given, source, "vars");
    if (vars !== undefined) frame.shared.layers.push(varsLayer("play vars", vars, source));
  });
  frame.shared.layers.push(asked);
  for (const one of asList(node.get("vars_files"), source, "vars_files")) {
    problems.guard(() => {
      const paths = oneOrMore(one).map((name) => varsPath(name, source));
      // As in Ansible, of a list in the list the first that is there.
      const path = paths.find((known) => existsSync(known)) ?? paths[0];
      if (path === undefined) return;
      try {
        frame.shared.layers.push(readVarsFile(path, source.vault));
      } catch (error) {
        if (error instanceof FettleError && error.details.place === undefined)
          throw source.error(one.place, error.details.cause, error.details.remedy);
        throw error;
      }
    });
  }
}

function varsPath(node: Node, source: Source): string {
  const name = asText(node, source, "the name of a file");
  if (!name.includes("<%")) return beside(source.file, name);
  throw source.error(node.place, "the names in vars_files must be known beforehand", "use include_vars: in a task");
}

function fromPlay(node: MapNode, source: Source, context: LoadContext, outer: Surroundings): Surroundings {
  const { vars: _vars, ...rest } = Object.fromEntries(node.entries.map((entry) => [entry.key, entry]));
  const entries = Object.values(rest);
  const map: MapNode = { ...node, entries, get: (key) => entries.find((entry) => entry.key === key)?.value };
  const own = within(outer, map, source, context);
  if (context.become === undefined) return own;
  const constant = <T>(value: T) => ({
    source: String(value),
    place: node.place,
    constant: { value },
    evaluate: () => value,
  });
  const { become, user } = context.become;
  return {
    ...own,
    // The command line fills in what the play does not say.
    ...(own.become === undefined && { become: constant(become) }),
    ...(own.becomeUser === undefined && user !== undefined && { becomeUser: constant(user) }),
  };
}

function readSections(node: MapNode, source: Source, own: Surroundings, frame: PlayFrame): readonly Section[] {
  return [
    { name: "pre_tasks", tasks: readTasks(node.get("pre_tasks"), source, own, frame) },
    {
      name: "tasks",
      tasks: [...readRoles(node.get("roles"), source, own, frame), ...readTasks(node.get("tasks"), source, own, frame)],
    },
    { name: "post_tasks", tasks: readTasks(node.get("post_tasks"), source, own, frame) },
  ];
}

const STRATEGIES = ["free", "linear", "host_pinned"] as const;

/** Ansible's host_pinned is what free is here. */
function strategyOf(node: MapNode, source: Source): "free" | "linear" {
  const found = node.get("strategy");
  if (found === undefined) return "free";
  const name = asText(found, source, "strategy").replace(/^ansible\.builtin\./, "");
  if (name === "linear") return "linear";
  if ((STRATEGIES as readonly string[]).includes(name)) return "free";
  const meant = didYouMean(name, STRATEGIES);
  const remedy = meant === undefined ? `write one of ${STRATEGIES.join(", ")}` : `did you mean "${meant}"?`;
  throw source.error(found.place, `there is no strategy "${name}"`, remedy);
}

function isLocal(node: MapNode): boolean {
  const connection = node.get("connection");
  return connection?.kind === "scalar" && connection.value === "local";
}

function connectionOf(node: MapNode, source: Source): Partial<LoadedPlay> {
  const remoteUser = textTemplate(entryOf(node, "remote_user"), source);
  const connection = entryOf(node, "connection");
  const port = portTemplate(entryOf(node, "port"), source);
  const transport = connection === undefined ? undefined : asText(connection.value, source, "connection");
  if (transport !== undefined && !["ssh", "ssh2", "smart", "local"].includes(transport))
    throw source.error(
      connection?.value.place ?? node.place,
      `the connection "${transport}" is not supported`,
      "write ssh or local",
    );
  return {
    ...(remoteUser !== undefined && { remoteUser }),
    ...(transport !== undefined && { transport: transport === "local" ? "local" : "ssh2" }),
    ...(port !== undefined && { port }),
  };
}

/** The name of the folder that holds the project; stable over checkouts of the same name. */
function projectOf(playbook: string): string {
  const folder = dirname(resolve(playbook));
  return basename(folder) === "playbooks" ? basename(dirname(folder)) : basename(folder);
}
