import { adHocPlay } from "../language/index.js";
import { formatErrors, wantsColor } from "../ui/index.js";
import { createRedactor, redactDeep } from "../ui/redact.js";
import { FettleError } from "../contract/error.js";
import { statusOfRun } from "./exit-status.js";
import type { ConnectionOptions, InventoryOptions, RunOptions } from "./options.js";
import { runEmitting } from "./run-plays.js";
import { Session } from "./session.js";

interface FactsOptions extends InventoryOptions, ConnectionOptions, RunOptions {
  /** Names, wildcards allowed. */
  readonly filter?: readonly string[];
}

/** `fettle facts`: what hosts say about themselves, as JSON by host; errors go to stderr. */
export async function facts(pattern: string, options: FactsOptions): Promise<number> {
  return Session.use(options, async (session) => {
    const args = options.filter === undefined ? "" : `filter=${options.filter.join(",")}`;
    const play = adHocPlay(pattern, "setup", args, session.loadContext());
    const found: Record<string, unknown> = {};
    const result = await runEmitting(session, [play], { mode: "apply", title: "facts" }, options, (event) => {
      if (event.type === "hostUnreachable") complain(event.host, new FettleError(event.error));
      if (event.type === "warning") process.stderr.write(`${event.text}\n`);
      if (event.type !== "taskSettled") return;
      for (const { result: data, error } of event.items) {
        if (error !== undefined) complain(event.host, new FettleError(error));
        else found[event.host] = data?.["ansible_facts"];
      }
    });
    process.stdout.write(`${JSON.stringify(redactDeep(found, createRedactor(session.secrets)), null, 2)}\n`);
    return statusOfRun(result, false);
  });
}

function complain(host: string, error: FettleError): void {
  process.stderr.write(`${host}: ${formatErrors([error], wantsColor(process.stderr, process.env))}`);
}
