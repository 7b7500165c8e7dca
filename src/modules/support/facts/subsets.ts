import { didYouMean } from "../../../contract/error.js";
import type { FactSource } from "../../../contract/module.js";
import { factSources } from "../../../probes/facts/index.js";

/** Ansible's subsets, by one name of each source that they read. `packages` and `services` are never meant by `all`. */
const SUBSETS: Readonly<Record<string, readonly string[]>> = {
  min: ["kernel", "fqdn", "distribution", "service_mgr", "user_id", "env", "date_time"],
  hardware: ["processor", "memtotal_mb", "mounts", "uptime_seconds"],
  network: ["interfaces"],
  virtual: ["virtualization_type"],
};

const APART = ["packages", "services"];

/** Words that Ansible takes as well. */
const SYNONYMS: Readonly<Record<string, string>> = { platform: "kernel", user: "user_id" };

const factNames = factSources.flatMap((source) => source.names);
const words = ["all", ...Object.keys(SUBSETS), ...Object.keys(SYNONYMS), ...factNames];

/** What is wrong with a subset, or undefined. */
export function subsetProblem(subset: string): string | undefined {
  const word = subset.replace(/^!/, "");
  if (words.includes(word)) return undefined;
  const meant = didYouMean(word, words);
  const remedy =
    meant === undefined ? `write all, ${Object.keys(SUBSETS).join(", ")} or a fact's name` : `did you mean ${meant}?`;
  return `has no subset "${word}"; ${remedy}`;
}

/**
 * The sources that a list of subsets means. As in Ansible: `min` comes along, a list of exclusions alone starts from
 * everything, and `!x` leaves out all that is not named itself.
 */
export function sourcesOf(subsets: readonly string[]): readonly FactSource[] {
  const excluded = subsets.filter((subset) => subset.startsWith("!")).map((subset) => subset.slice(1));
  const included = subsets.filter((subset) => !subset.startsWith("!"));
  const everything = included.includes("all") || (included.length === 0 && !excluded.includes("all"));
  const named = included.filter((word) => word !== "all").flatMap(sourcesNamed);
  const dropped = excluded.filter((word) => word !== "all").flatMap(sourcesNamed);
  const found = [...sourcesNamed("min"), ...(everything ? sourcesNamed("all") : [])];
  const rest = found.filter((source) => !dropped.includes(source));
  return factSources.filter((source) => named.includes(source) || rest.includes(source));
}

function sourcesNamed(word: string): readonly FactSource[] {
  if (word === "all") return factSources.filter(({ names }) => !names.some((name) => APART.includes(name)));
  const names = SUBSETS[word] ?? [SYNONYMS[word] ?? word];
  return factSources.filter((source) => source.names.some((name) => names.includes(name)));
}
