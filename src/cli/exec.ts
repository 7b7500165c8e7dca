import { adHocPlay } from "../language/index.js";
import { EXIT, statusOfRun } from "./exit-status.js";
import type { ConnectionOptions, InventoryOptions, OutputOptions, RunOptions } from "./options.js";
import { runPlays } from "./run-plays.js";
import { Session } from "./session.js";

interface ExecOptions extends InventoryOptions, ConnectionOptions, RunOptions, OutputOptions {
  readonly moduleName: string;
  readonly args: string;
  readonly check?: boolean;
  readonly diff?: boolean;
  readonly listHosts?: boolean;
  readonly background?: number;
  readonly poll: number;
}

/** As in Ansible: `--poll` means something with `--background` only. */
function jobOf({ background, poll }: ExecOptions): Readonly<Record<string, number>> {
  return background === undefined ? {} : { async: background, poll };
}

/** `fettle exec`: one module on the hosts of a pattern. */
export async function exec(pattern: string, options: ExecOptions): Promise<number> {
  return Session.use(options, async (session) => {
    if (options.listHosts === true) {
      const hosts = session.inventory.select(pattern, options.limit);
      process.stdout.write(`  hosts (${hosts.length}):\n${hosts.map((host) => `    ${host}\n`).join("")}`);
      return EXIT.done;
    }
    const play = adHocPlay(pattern, options.moduleName, options.args, session.loadContext(), jobOf(options));
    const request = {
      mode: options.check === true ? ("plan" as const) : ("apply" as const),
      title: `${options.moduleName} on ${pattern}`,
      showDiffs: options.diff === true || options.check === true,
      showResults: true,
    };
    return statusOfRun(await runPlays(session, [play], request, options), false);
  });
}
