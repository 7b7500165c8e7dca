import { loadPlaybooks, type LoadedPlay } from "../language/index.js";
import { isListing, listing } from "./listing.js";
import { startingAt } from "./start-at.js";
import { EXIT, statusOfRun } from "./exit-status.js";
import type { ConnectionOptions, InventoryOptions, OutputOptions, PlayOptions, RunOptions } from "./options.js";
import { runPlays } from "./run-plays.js";
import { Session } from "./session.js";

type CommandOptions = InventoryOptions & ConnectionOptions & PlayOptions & RunOptions & OutputOptions;

/** `fettle plan`: what an apply would change. */
export async function plan(
  playbooks: readonly string[],
  options: CommandOptions & { readonly detailedExitcode?: boolean },
): Promise<number> {
  return runPlaybooks(playbooks, options, {
    mode: "plan",
    showDiffs: true,
    detailed: options.detailedExitcode === true,
  });
}

/** `fettle apply`: brings hosts to what the playbooks declare. */
export async function apply(
  playbooks: readonly string[],
  options: CommandOptions & { readonly check?: boolean; readonly diff?: boolean },
): Promise<number> {
  const check = options.check === true;
  const showDiffs = check || options.diff === true;
  return runPlaybooks(playbooks, options, { mode: check ? "plan" : "apply", showDiffs, detailed: false });
}

async function runPlaybooks(
  playbooks: readonly string[],
  options: CommandOptions,
  how: { readonly mode: "plan" | "apply"; readonly showDiffs: boolean; readonly detailed: boolean },
): Promise<number> {
  return Session.use(options, async (session) => {
    const all = loadPlaybooks(playbooks, session.loadContext());
    const plays = options.startAtTask === undefined ? all : startingAt(all, options.startAtTask);
    if (isListing(options)) {
      process.stdout.write(listing(playbooks, plays, options));
      return EXIT.done;
    }
    if (options.syntaxCheck === true) {
      const names = playbooks.map((path) => `\nplaybook: ${path}\n`).join("");
      process.stdout.write(`${names}${countOf(plays)}: no errors\n`);
      return EXIT.done;
    }
    for (const advice of session.adviceOn(plays)) process.stderr.write(`note: ${advice}\n`);
    const request = { mode: how.mode, title: playbooks.join(" "), showDiffs: how.showDiffs, showResults: false };
    return statusOfRun(await runPlays(session, plays, request, options), how.detailed);
  });
}

function countOf(plays: readonly LoadedPlay[]): string {
  const tasks = plays.flatMap((play) => play.sections.flatMap((section) => section.tasks)).length;
  return `${plays.length} play${plays.length === 1 ? "" : "s"}, ${tasks} task${tasks === 1 ? "" : "s"}`;
}
