import { type FettleError, inputError, type Place } from "../../contract/error.js";
import { type Layer, whyNoName } from "../scope.js";
import { dataLayer } from "../variables.js";
import { isGroupName, isHostName } from "./host-names.js";
import type { Group, Model } from "./model.js";
import { askProgram } from "./program.js";

type Mapping = Readonly<Record<string, unknown>>;

/**
 * Reads what an inventory program prints, in the form of Ansible's dynamic inventories. Its values are data: what a
 * cloud says of a machine is never rendered.
 */
export function readProgram(path: string, model: Model): void {
  new ProgramReader(path, model).read();
}

class ProgramReader {
  readonly #hosts = new Set<string>();
  readonly #place: Place;

  constructor(
    readonly path: string,
    readonly model: Model,
  ) {
    this.#place = { file: path, line: 1, column: 1 };
  }

  read(): void {
    const printed = this.#mapping(askProgram(this.path, ["--list"]), "groups are a mapping by their names");
    const { _meta: meta, ...groups } = printed;
    for (const [name, value] of Object.entries(groups)) this.#group(name, value);
    const hostvars = meta === undefined ? undefined : this.#mapping(meta, "_meta is a mapping").hostvars;
    const known = hostvars === undefined ? undefined : this.#mapping(hostvars, "_meta.hostvars is a mapping of hosts");
    for (const host of this.#hosts) {
      const values = known === undefined ? this.#askFor(host) : Object.hasOwn(known, host) ? known[host] : {};
      const layer = this.#layer(`${this.path} (host)`, values, `the variables of "${host}" are a mapping`);
      if (layer.values.size > 0) this.model.addVarsOfHost(host, layer);
    }
  }

  /** Programs from before `_meta`, and small ones. */
  #askFor(host: string): unknown {
    return askProgram(this.path, ["--host", host]);
  }

  /** `["a"]`, or a mapping of hosts, vars and children; any other mapping is the variables of a host of that name. */
  #group(name: string, value: unknown): void {
    const group = this.#named(name);
    if (Array.isArray(value)) {
      this.#addHosts(name, value);
      return;
    }
    const given = this.#mapping(value, `the group "${name}" is a list of hosts or a mapping`);
    if (!["hosts", "vars", "children"].some((key) => Object.hasOwn(given, key))) {
      this.#addHosts(name, [name]);
      this.#addVars(name, given);
      return;
    }
    if (given.hosts !== undefined) this.#addHosts(name, given.hosts);
    if (given.vars !== undefined) this.#addVars(name, given.vars);
    if (given.children === undefined) return;
    for (const child of this.#names(given.children, `children of the group "${name}"`)) {
      this.#named(child);
      group.children.set(child, this.#place);
    }
  }

  #named(name: string): Group {
    if (!isGroupName(name)) throw this.#error(`${JSON.stringify(name)} cannot be the name of a group`);
    return this.model.group(name);
  }

  #addVars(group: string, values: unknown): void {
    const what = `the variables of the group "${group}" are a mapping`;
    this.model.addVars(group, this.#layer(`${this.path} (vars of ${group})`, values, what));
  }

  #addHosts(group: string, value: unknown): void {
    for (const host of this.#names(value, `hosts of the group "${group}"`)) {
      if (!isHostName(host)) throw this.#error(`${JSON.stringify(host)} cannot be the name of a host`);
      this.#hosts.add(host);
      this.model.addHost(host, group);
    }
  }

  #names(value: unknown, what: string): readonly string[] {
    if (Array.isArray(value) && value.every((one) => typeof one === "string" && one !== "")) return value as string[];
    throw this.#error(`${what} are a list of names, and this is ${shortened(value)}`);
  }

  #layer(name: string, values: unknown, what: string): Layer {
    const given = this.#mapping(values, what);
    for (const key of Object.keys(given)) {
      const reason = whyNoName(key);
      if (reason !== undefined) throw this.#error(reason);
    }
    return dataLayer(name, frozen(given) as Mapping, this.#place);
  }

  #mapping(value: unknown, what: string): Mapping {
    if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as Mapping;
    throw this.#error(`${what}, and this is ${shortened(value)}`);
  }

  #error(cause: string): FettleError {
    return inputError(`in what ${this.path} prints: ${cause}`, { remedy: `look at it: ${this.path} --list` });
  }
}

function shortened(value: unknown): string {
  const text = JSON.stringify(value);
  return text.length > 60 ? `${text.slice(0, 59)}…` : text;
}

/** Hosts share it, and none must change what the others see. */
function frozen(value: unknown): unknown {
  if (typeof value !== "object" || value === null) return value;
  Object.values(value).forEach(frozen);
  return Object.freeze(value);
}
