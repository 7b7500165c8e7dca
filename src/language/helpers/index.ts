import { COLLECTIONS } from "./collections.js";
import { CONVERT } from "./convert.js";
import { ENCODING } from "./encoding.js";
import type { Helpers } from "./helper.js";
import { JSON_TEXT } from "./json.js";
import { LOOKUPS } from "./lookups.js";
import { NETWORK } from "./network.js";
import { PASSWORDS } from "./password-hash.js";
import { PATHS } from "./paths.js";
import { RANDOM } from "./random.js";
import { REGEX } from "./regex.js";
import { TEXT } from "./text.js";
import type { ScopeHelpers } from "./scope-helper.js";
import { TIME } from "./time.js";
import { VARIABLES } from "./variables.js";
import { VERSIONS } from "./version.js";
import { YAML_TEXT } from "./yaml.js";

export type { Helper, Helpers } from "./helper.js";
export type { ScopeHelper } from "./scope-helper.js";

/** Functions of their arguments alone, by what they are about. */
export const FAMILIES: Readonly<Record<string, Helpers>> = {
  Texts: { ...TEXT, ...REGEX },
  "Numbers and truth": { ...CONVERT, ...VERSIONS, ...RANDOM },
  "Lists and mappings": COLLECTIONS,
  "JSON and YAML": { ...JSON_TEXT, ...YAML_TEXT },
  "Encodings and digests": { ...ENCODING, ...PASSWORDS },
  Paths: PATHS,
  Time: TIME,
  Networks: NETWORK,
};

export const HELPERS: Helpers = Object.assign({}, ...Object.values(FAMILIES)) as Helpers;

/** Functions that ask the variables around them, or the controller. */
export const SCOPE_FAMILIES: Readonly<Record<string, ScopeHelpers>> = {
  Variables: VARIABLES,
  "The controller (Ansible's lookups)": LOOKUPS,
};

export const SCOPE_HELPERS: ScopeHelpers = { ...VARIABLES, ...LOOKUPS };

/** What is said of one, for documentation. */
export interface HelperText {
  readonly name: string;
  readonly call: string;
  readonly does: string;
  /** Absent: as here. */
  readonly ansible?: string;
}

/** All of them, by what they are about. */
export function helperTexts(): ReadonlyMap<string, readonly HelperText[]> {
  const all: Readonly<Record<string, Readonly<Record<string, Omit<HelperText, "name">>>>> = {
    ...SCOPE_FAMILIES,
    ...FAMILIES,
  };
  return new Map(
    Object.entries(all).map(([family, helpers]) => [
      family,
      Object.entries(helpers).map(([name, { call, does, ansible }]) => ({
        ...{ name, call, does },
        ...(ansible !== undefined && { ansible }),
      })),
    ]),
  );
}

export const HELPER_NAMES: readonly string[] = [...Object.keys(SCOPE_HELPERS), ...Object.keys(HELPERS)];
