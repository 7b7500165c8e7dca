import { FettleError } from "../contract/error.js";
import type { Play } from "../contract/play.js";
import { Unknown } from "../contract/query.js";
import type { LaneKey } from "../contract/transport.js";
import type { Host } from "./host.js";
import { FREE } from "./reader.js";

/**
 * `gather_facts: true`: the facts are read in the first wave. One that cannot be read is not the play's failure: the
 * task that uses it says so. Resolves when all were read or could not be.
 */
export async function gatherFacts(host: Host, play: Play): Promise<void> {
  const lane = laneOf(play);
  await Promise.all(
    // As in Ansible, packages and services are not among them: they are read when they are used.
    host.deps.factSources
      .filter(({ query }) => query.cost === "cheap")
      .map(async ({ query }) => {
        try {
          const answer = await host.reader.read(lane, query, FREE);
          if (answer instanceof Unknown) return;
          for (const [name, value] of Object.entries(answer as object)) host.facts.set(name, value);
        } catch (error) {
          if (!(error instanceof FettleError)) throw error;
        }
      }),
  );
}

/** The user of most plays' first task: one lane less to be opened. */
function laneOf({ sections }: Play): LaneKey {
  const first = sections.flatMap(({ tasks }) => tasks).find(({ module }) => module.class !== "control");
  if (first?.become?.constant?.value !== true) return {};
  return { becomeUser: first.becomeUser?.constant?.value ?? "root" };
}
