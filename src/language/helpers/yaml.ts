import { inputError } from "../../contract/error.js";
import { FettleError } from "../../contract/error.js";
import { toValue } from "../nodes.js";
import { Source } from "../source.js";
import { parseYaml } from "../yaml.js";
import { checkOptions, helper, type Helpers, textOf } from "./helper.js";
import { emitYaml } from "./yaml-emit.js";

export const YAML_TEXT: Helpers = {
  toYaml: helper(
    "toYaml(value, { indent = 2, sortKeys = true, width = 80, explicitStart, defaultFlowStyle })",
    "YAML as Ansible writes it, byte for byte; the innermost lists and mappings on one line.",
    (value: unknown, options?: unknown) => toYaml("toYaml", value, options, { indent: 2 }),
    "to_yaml",
  ),
  toNiceYaml: helper(
    "toNiceYaml(value, { indent = 4, sortKeys = true, width = 80, explicitStart, defaultFlowStyle })",
    "The same with every item on its own line.",
    (value: unknown, options?: unknown) => toYaml("toNiceYaml", value, options, { indent: 4, defaultFlowStyle: false }),
    "to_nice_yaml",
  ),
  fromYaml: helper(
    "fromYaml(text)",
    "The value of a YAML text, with YAML 1.1's scalars as in Ansible.",
    fromYaml,
    "from_yaml",
  ),
};

const OPTIONS = ["indent", "sortKeys", "width", "explicitStart", "defaultFlowStyle"];

function toYaml(of: string, value: unknown, options: unknown, base: object): string {
  const given = { ...base, ...checkOptions(of, options, OPTIONS) } as {
    readonly indent?: number;
    readonly sortKeys?: unknown;
    readonly width?: number;
    readonly explicitStart?: unknown;
    readonly defaultFlowStyle?: unknown;
  };
  return emitYaml(value, {
    indent: given.indent ?? 2,
    width: given.width ?? 80,
    sortKeys: given.sortKeys !== false,
    explicitStart: given.explicitStart === true,
    flow: typeof given.defaultFlowStyle === "boolean" ? given.defaultFlowStyle : undefined,
  });
}

/** Tags and duplicate keys are errors, as in files of variables. What stands in it is data, never a template. */
function fromYaml(text: unknown): unknown {
  const given = textOf("fromYaml", text);
  try {
    return toValue(parseYaml(new Source("fromYaml", given), "1.1"));
  } catch (error) {
    if (!(error instanceof FettleError)) throw error;
    const { place, cause } = error.details;
    throw inputError(`fromYaml: ${cause}${place === undefined ? "" : ` (line ${place.line} of the text)`}`);
  }
}
