import * as yaml from "js-yaml";

/** A value as YAML that 1.1 and 1.2 read alike: a text that looks like something else in either is quoted. */
export function yamlText(value: unknown): string {
  return yaml.dump(value, { noRefs: true, sortKeys: true, lineWidth: -1 });
}
