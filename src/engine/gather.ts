import { FettleError } from "../contract/error.js";
import type { FactSource } from "../contract/module.js";
import type { Play } from "../contract/play.js";
import { Unknown } from "../contract/query.js";
import { dynamicOf } from "./dynamic.js";
import { laneOf, SeenFacts } from "./facts.js";
import type { Host } from "./host.js";
import type { HostContext } from "./context.js";
import { FREE } from "./reader.js";

/**
 * `gather_facts: true`: the facts are read in the first wave, as the play's user. One that cannot be read is not the
 * play's failure: the task that uses it says so. Resolves when all were read or could not be.
 */
export async function gatherFacts(host: Host, play: Play, context: HostContext): Promise<void> {
  const lane = playLane(host, play, context);
  await Promise.all(
    wanted(host, play).map(async ({ query }) => {
      try {
        const answer = await host.reader.read(lane, query, FREE);
        if (!(answer instanceof Unknown)) host.facts.keep(Object.entries(answer as object));
      } catch (error) {
        if (!(error instanceof FettleError)) throw error;
      }
    }),
  );
}

/** As in Ansible, packages and services are not among them unless they are named: they are read when they are used. */
function wanted({ deps, facts }: Host, play: Play): readonly FactSource[] {
  const words = play.gatherSubset?.();
  if (words !== undefined && deps.factSubset !== undefined) return deps.factSubset(words);
  return facts.sources.filter(({ query }) => query.cost === "cheap");
}

/** The user of the play, in the scope of its first task. */
function playLane(host: Host, play: Play, context: HostContext) {
  const first = play.sections.flatMap(({ tasks }) => tasks)[0];
  const dynamic = dynamicOf(context, [0], new SeenFacts(context.facts), { note: () => undefined });
  try {
    return first === undefined ? {} : laneOf(play, first.scope(host.name, dynamic));
  } catch {
    // Whoever it is stands in something that is wrong or not there yet: the task that needs it says so.
    return {};
  }
}
