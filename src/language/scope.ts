import type { Place } from "../contract/error.js";
import { inputError } from "../contract/error.js";
import type { Defined, Definition, Dynamic, Scope } from "../contract/play.js";
import type { Site } from "./helpers/site.js";
import { placed } from "./source.js";

/** One definition of a variable. */
export type Variable = Definition;

/** Definitions of one origin: "group_vars/web", "play vars". */
export interface Layer extends Origin {
  readonly values: ReadonlyMap<string, Variable>;
}

/** The same, where what there is may hang on when it is asked: what tasks have read by then. */
export interface Origin {
  readonly name: string;
  readonly values: { get(name: string): Variable | undefined; keys(): Iterable<string> };
}

/** What a task sees, from what everything overrides to what overrides everything. */
export interface ScopeParts {
  /** Below registers and set_fact: defaults, inventory, play, role and task variables. */
  readonly below: readonly Origin[];
  /** Above them: role parameters, extra variables. */
  readonly above: readonly Origin[];
  readonly dynamic: Dynamic;
  /** Values by function: inventory_hostname, groups, hostvars … They cannot be overridden. */
  readonly magic: Readonly<Record<string, () => unknown>>;
  /** For functions that look at the controller. Absent: there are none. */
  readonly site?: Site;
}

/** Names that fettle gives values to: a definition would be ignored. */
const OWN_NAMES = new Set([
  ...["inventory_hostname", "inventory_hostname_short", "groups", "group_names", "hostvars", "omit", "facts"],
  ...["ansible_facts", "playbook_dir", "role_name", "role_path", "inventory_dir", "inventory_file", "defined"],
]);

/** Why a name cannot be that of a variable; undefined when it can. */
export function whyNoName(name: string): string | undefined {
  return OWN_NAMES.has(name) ? `"${name}" is a name of fettle's own, and cannot be defined` : undefined;
}

/** The argument whose value is this is left out. */
export const OMIT: unique symbol = Symbol("omit");

export function createScope(parts: ScopeParts): Scope {
  return new LayeredScope(parts, {});
}

class LayeredScope implements Scope {
  readonly #parts: ScopeParts;
  readonly #extra: Readonly<Record<string, unknown>>;
  readonly #rendered = new Map<string, unknown>();
  readonly #rendering: string[] = [];

  constructor(parts: ScopeParts, extra: Readonly<Record<string, unknown>>) {
    this.#parts = parts;
    this.#extra = extra;
  }

  get site(): Site | undefined {
    return this.#parts.site;
  }

  has(name: string): boolean {
    const { magic, dynamic, above, below } = this.#parts;
    if (Object.hasOwn(this.#extra, name) || Object.hasOwn(magic, name) || isFacts(name)) return true;
    if (find(above, name) !== undefined) return true;
    // Asked even when nobody sets it as far as is known: an include may bring a task that does.
    if (dynamic.lookup(name) !== undefined) return true;
    return find(below, name) !== undefined || Object.hasOwn(dynamic.magic, name);
  }

  get(name: string): unknown {
    const { magic, dynamic, above, below } = this.#parts;
    if (Object.hasOwn(this.#extra, name)) return this.#extra[name];
    if (Object.hasOwn(magic, name)) return magic[name]?.();
    if (isFacts(name)) return dynamic.facts;
    const top = find(above, name);
    if (top !== undefined) return this.#render(name, top);
    // What a host said is data: it is handed out as it is, never rendered.
    const said = dynamic.lookup(name);
    if (said !== undefined) return said.value;
    const variable = find(below, name);
    return variable === undefined ? dynamic.magic[name] : this.#render(name, variable);
  }

  definitionsOf(name: string): readonly Defined[] {
    const { above, below } = this.#parts;
    const of = (layers: readonly Origin[], isAbove: boolean): readonly Defined[] =>
      layers.flatMap((layer) => {
        const found = layer.values.get(name);
        return found === undefined ? [] : { ...found, origin: layer.name, isAbove };
      });
    return [...of(below, false), ...of(above, true)];
  }

  isOwn(name: string): boolean {
    return Object.hasOwn(this.#parts.magic, name) || Object.hasOwn(this.#parts.dynamic.magic, name) || isFacts(name);
  }

  placeOf(name: string): Place | undefined {
    const { above, below } = this.#parts;
    return (find(above, name) ?? find(below, name))?.place;
  }

  names(): readonly string[] {
    const { magic, dynamic, above, below } = this.#parts;
    const layered = [...above, ...below].flatMap((layer) => [...layer.values.keys()]);
    return [
      ...new Set([
        ...Object.keys(this.#extra),
        ...Object.keys(magic),
        ...Object.keys(dynamic.magic),
        ...dynamic.names(),
        ...layered,
        "facts",
      ]),
    ];
  }

  with(extra: Readonly<Record<string, unknown>>): Scope {
    return new LayeredScope(this.#parts, { ...this.#extra, ...extra });
  }

  #render(name: string, { expression, place }: Variable): unknown {
    if (expression.constant !== undefined) return expression.constant.value;
    if (this.#rendered.has(name)) return this.#rendered.get(name);
    if (this.#rendering.includes(name)) {
      const chain = [...this.#rendering.slice(this.#rendering.indexOf(name)), name].join(" → ");
      const remedy = "a name in its own value is not the definition further out: give one of the two another name";
      throw placed(inputError(`the variable "${name}" needs itself: ${chain}`, { remedy }), place);
    }
    this.#rendering.push(name);
    try {
      const value = expression.evaluate(this);
      this.#rendered.set(name, value);
      return value;
    } finally {
      this.#rendering.pop();
    }
  }
}

function isFacts(name: string): boolean {
  return name === "facts" || name === "ansible_facts";
}

function find(layers: readonly Origin[], name: string): Variable | undefined {
  for (let i = layers.length - 1; i >= 0; i--) {
    const found = layers[i]?.values.get(name);
    if (found !== undefined) return found;
  }
  return undefined;
}
