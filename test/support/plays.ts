import type { ModuleSpec } from "../../src/contract/module.js";
import type { Dynamic, Expression, Handler, Play, Scope, Task } from "../../src/contract/play.js";

const PLACE = { file: "test.yml", line: 1, column: 1 };

/** A scope over plain values and the host's own variables; no templates. */
export function plainScope(values: Readonly<Record<string, unknown>>, dynamic: Dynamic): Scope {
  return {
    has: (name) => name in values || dynamic.names().includes(name),
    get: (name) => (name in values ? values[name] : name === "facts" ? dynamic.facts : dynamic.lookup(name)?.value),
    names: () => [...Object.keys(values), ...dynamic.names()],
    with: (extra) => plainScope({ ...values, ...extra }, dynamic),
  };
}

export function constant<T>(value: T): Expression<T> {
  return { source: String(value), place: PLACE, constant: { value }, evaluate: () => value };
}

export function computed<T>(source: string, evaluate: (scope: Scope) => T): Expression<T> {
  return { source, place: PLACE, evaluate };
}

export type TaskParts = Partial<Omit<Task, "module" | "args" | "name">> & {
  readonly name?: string;
  readonly args?: Record<string, unknown> | ((scope: Scope) => Record<string, unknown>);
};

let count = 0;

/** A task without a playbook: the engine's own tests need no language. */
export function makeTask(module: ModuleSpec, parts: TaskParts = {}): Task {
  const { name, args = {}, ...rest } = parts;
  count++;
  return {
    id: `t${count}`,
    name: constant(name ?? `${module.name} ${count}`),
    place: PLACE,
    module,
    args: typeof args === "function" ? computed("args", args) : constant(args),
    argNames: typeof args === "function" ? [] : Object.keys(args),
    argPlace: () => PLACE,
    excerpt: () => undefined,
    when: [],
    notify: [],
    environment: [],
    changedWhen: [],
    failedWhen: [],
    until: [],
    tags: [],
    blocks: [],
    scope: (host, dynamic) => plainScope(Object.assign(dynamic.magic, { inventory_hostname: host }), dynamic),
    local: () => ({
      file: () => Promise.reject(new Error("no files in this test")),
      template: () => Promise.reject(new Error("no templates in this test")),
      tree: () => Promise.reject(new Error("no trees in this test")),
      fetch: () => Promise.reject(new Error("nothing is fetched in this test")),
      target: () => Promise.reject(new Error("no place to write to in this test")),
      variables: () => Promise.reject(new Error("no variables in this test")),
    }),
    ...rest,
  };
}

export function makeHandler(name: string, module: ModuleSpec, parts: TaskParts = {}): Handler {
  return { ...makeTask(module, { ...parts, name }), topics: [name], key: name };
}

export function makePlay(tasks: readonly Task[], more: Partial<Play> = {}): Play {
  return {
    name: "test",
    place: PLACE,
    hosts: ["here"],
    sections: [{ name: "tasks", tasks }],
    handlers: [],
    roleInputs: [],
    forceHandlers: false,
    gatherFacts: false,
    strategy: "free",
    rolling: { serial: [], order: "inventory" },
    ...more,
  };
}
