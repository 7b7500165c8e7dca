import type { FactSource } from "../../contract/module.js";
import { type Cost, defineProbe } from "../../contract/query.js";
import type { Subject } from "../../contract/subject.js";

export interface FactSpec<N extends string> {
  readonly kind: string;
  readonly names: readonly N[];
  readonly subjects: readonly Subject[];
  /** Subjects known only from the answer. */
  readonly resolved?: (facts: Readonly<Record<N, unknown>>) => readonly Subject[];
  /** Default cheap. */
  readonly cost?: Cost;
  /** See FactSource. */
  readonly ofUser?: true;
  readonly script: string;
  /** Every name has a value; `null` is what the host does not have or does not tell. */
  parse(this: void, text: string): Readonly<Record<N, unknown>>;
}

/** Facts that one script reads together. Ansible's names and shapes, so that playbooks find what they expect. */
export function factSource<const N extends string>(spec: FactSpec<N>): FactSource {
  const { resolved } = spec;
  const probe = defineProbe<null, Readonly<Record<N, unknown>>>({
    kind: `facts/${spec.kind}`,
    identify: () => "",
    subjects: () => spec.subjects,
    ...(resolved && { resolved: (_key, facts) => resolved(facts) }),
    cost: spec.cost ?? "cheap",
    script: () => ({ text: spec.script }),
    parse: (output) => [spec.parse(output.toString())],
  });
  return { names: spec.names, query: probe(null), ...(spec.ofUser && { ofUser: true }) };
}
