import type { Place } from "../../contract/error.js";
import { toValue } from "../nodes.js";
import { readArgumentSpecs } from "./role-inputs.js";

/** An input of a role, as its meta/argument_specs.yml declares it. */
export interface RoleInput {
  readonly place: Place;
  /** type, default, choices, required, description: as they are written. */
  readonly spec: Readonly<Record<string, unknown>>;
}

/** undefined: the role declares no such input. `folder`: the role's. */
export function inputOf(folder: string, name: string): RoleInput | undefined {
  const entry = readArgumentSpecs(folder)?.entries.find(({ key }) => key === name);
  if (entry === undefined) return undefined;
  return { place: entry.keyPlace, spec: toValue(entry.value) as Readonly<Record<string, unknown>> };
}
