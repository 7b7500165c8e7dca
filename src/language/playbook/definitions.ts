import { FettleError, type Place } from "../../contract/error.js";
import { type Defined, type Dynamic, NotYet, type Scope, type Task } from "../../contract/play.js";
import { unasked } from "./role-inputs.js";
import type { LoadedPlay } from "./play.js";

/** One definition of a variable, as `fettle explain` shows it. */
export interface Found {
  readonly origin: string;
  readonly place: Place;
  /** Absent: known only in a run. */
  readonly value?: unknown;
  /** Why there is no value. */
  readonly error?: FettleError;
}

/** A task that gives the variable a value while the play runs: above definitions, below parameters and -e. */
export interface Definer {
  readonly what: "register" | "set_fact" | "include_vars";
  readonly task: string;
  readonly place: Place;
}

/** What some tasks of a play see of a variable: all of them see the same. */
export interface View {
  readonly play?: string;
  /** The roles of these tasks; "" stands for tasks of no role. Absent: the inventory alone. */
  readonly roles?: readonly string[];
  /** Some tasks of the play see something else: their names. */
  readonly tasks?: readonly string[];
  /** From what everything overrides upwards; the last wins, unless a task of `setBy` has run. */
  readonly below: readonly Found[];
  readonly setBy: readonly Definer[];
  readonly above: readonly Found[];
  /** It is a name of fettle's own (magic, facts), with its value where that is known. */
  readonly own?: Found;
  /** Names that there are, for did-you-mean. */
  readonly scope: Scope;
}

/** What the tasks of the plays see on a host; tasks that see the same definitions are one view. `role`: its tasks only. */
export function viewsOf(plays: readonly LoadedPlay[], host: string, name: string, role?: string): readonly View[] {
  return plays.filter((play) => play.hosts.includes(host)).flatMap((play) => viewsOfPlay(play, host, name, role));
}

/** Of a scope without tasks: what the inventory and the command line say. */
export function viewWithout(scope: Scope, name: string): View {
  return viewOf(scope, name, []);
}

function viewsOfPlay(play: LoadedPlay, host: string, name: string, role: string | undefined): readonly View[] {
  const dynamic = unasked();
  const all = tasksOf(play, host, dynamic);
  const setBy = all.flatMap((task) => definers(task, name));
  const groups = new Map<string, { view: View; tasks: Task[] }>();
  for (const task of all.filter((one) => role === undefined || one.role === role)) {
    const scope = task.scope(host, dynamic);
    const view = viewOf(scope, name, setBy);
    const key = keyOf(view);
    const group = groups.get(key) ?? { view, tasks: [] };
    groups.set(key, group);
    group.tasks.push(task);
  }
  return [...groups.values()].map(({ view, tasks }) => ({
    ...view,
    play: play.name,
    roles: [...new Set(tasks.map((task) => task.role ?? ""))],
    ...(groups.size > 1 && { tasks: tasks.map((task) => task.name.source) }),
  }));
}

/** What tells views apart: the same definition has other values where it hangs on other variables. */
function keyOf({ below, above, own }: View): string {
  return JSON.stringify([...below, ...above, own].map((one) => one && { ...one, error: one.error?.message }));
}

/** With those of includes whose name is known. */
function tasksOf({ sections, handlers }: LoadedPlay, host: string, dynamic: Dynamic): readonly Task[] {
  const written = [...sections.flatMap((section) => section.tasks), ...handlers];
  const inside = (task: Task, depth: number): readonly Task[] => {
    const params = task.args.constant?.value;
    if (task.expand === undefined || params === undefined || task.loop !== undefined || depth > 20) return [task];
    try {
      return [task, ...task.expand(params, task.scope(host, dynamic)).tasks.flatMap((one) => inside(one, depth + 1))];
    } catch {
      return [task];
    }
  };
  return written.flatMap((task) => inside(task, 0));
}

function definers(task: Task, name: string): readonly Definer[] {
  const by = (what: Definer["what"]): Definer => ({ what, task: task.name.source, place: task.place });
  return [
    ...(task.register === name ? [by("register")] : []),
    ...(task.module.setsVariables === true && task.argNames.includes(name) ? [by("set_fact")] : []),
    ...(task.module.name === "include_vars" && (task.reads?.includes(name) ?? true) ? [by("include_vars")] : []),
  ];
}

function viewOf(scope: Scope, name: string, setBy: readonly Definer[]): View {
  const all = scope.definitionsOf?.(name) ?? [];
  const isOwn = scope.isOwn?.(name) === true;
  const place = { file: "", line: 1, column: 1 };
  return {
    below: all.filter(({ isAbove }) => !isAbove).map((one) => found(one, scope)),
    above: all.filter(({ isAbove }) => isAbove).map((one) => found(one, scope)),
    setBy,
    scope,
    ...(isOwn && { own: { origin: "fettle", place, ...(isOfHosts(name) ? {} : valueBy(() => scope.get(name))) } }),
  };
}

/** What they are hosts say, when they are asked. */
function isOfHosts(name: string): boolean {
  return name === "facts" || name === "ansible_facts" || name === "hostvars";
}

function found({ origin, place, expression }: Defined, scope: Scope): Found {
  return { origin, place, ...valueBy(() => expression.evaluate(scope)) };
}

function valueBy(evaluate: () => unknown): Pick<Found, "value" | "error"> {
  try {
    return { value: evaluate() };
  } catch (error) {
    if (error instanceof NotYet) return {};
    if (error instanceof FettleError) return { error };
    throw error;
  }
}
