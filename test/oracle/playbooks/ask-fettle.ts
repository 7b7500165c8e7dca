import { Command } from "commander";
import type { Event, ItemOutcome, Recap } from "../../../src/contract/event.js";
import { FettleError } from "../../../src/contract/error.js";
import {
  type ConnectionOptions,
  connectionOptions,
  type InventoryOptions,
  inventoryOptions,
  outputOptions,
  type PlayOptions,
  playOptions,
  type RunOptions,
  runOptions,
} from "../../../src/cli/options.js";
import { runEmitting } from "../../../src/cli/run-plays.js";
import { Session } from "../../../src/cli/session.js";
import { LoadErrors } from "../../../src/language/errors.js";
import { loadPlaybooks } from "../../../src/language/index.js";
import type { Lab } from "../../lab/index.js";
import { fettle } from "../../support/cli.js";
import { type Answer, isTold, itemLine, playLines, recapOf, taskLine, type Tidy, together } from "./answer.js";
import type { Case } from "./case.js";
import { setUp } from "./stage.js";

export type OurAnswer = { readonly answer: Answer } | { readonly error: string };

/** What fettle makes of a case: in this process, by what the commands are made of. */
export async function askFettle(one: Case, lab: Lab): Promise<OurAnswer> {
  const stage = setUp(one, "fettle", lab);
  try {
    return { answer: { ...answerOf(await eventsOf(stage.args), stage.tidy), files: stage.files() } };
  } catch (error) {
    if (!(error instanceof FettleError || error instanceof LoadErrors)) throw error;
    const errors = error instanceof LoadErrors ? error.errors : [error];
    return { error: stage.tidy(errors.map(({ message }) => message.replaceAll(`${stage.folder}/`, "")).join("\n")) };
  } finally {
    stage.clear();
  }
}

/** The same by the command line, in a process of its own. */
export async function askCommand(one: Case, lab: Lab): Promise<OurAnswer> {
  const stage = setUp(one, "fettle", lab);
  try {
    const { events, stderr } = await fettle("apply", ...stage.args, "--output", "json");
    if (events.length === 0) return { error: stage.tidy(asMessages(stderr).replaceAll(`${stage.folder}/`, "")) };
    return { answer: { ...answerOf(events, stage.tidy), files: stage.files() } };
  } finally {
    stage.clear();
  }
}

/** Errors as they are shown, as they are thrown: `place cause; remedy`, without the lines of evidence between. */
function asMessages(shown: string): string {
  const blocks = shown.trimEnd().split("\n\n");
  const messages = blocks.map((block) => {
    const [first = "", ...more] = block.split("\n");
    const remedy = more.find((line) => line.startsWith("  → "))?.slice("  → ".length);
    return remedy === undefined ? first : `${first}; ${remedy}`;
  });
  return messages.join("\n");
}

type Options = InventoryOptions & ConnectionOptions & PlayOptions & RunOptions & { check?: boolean };

async function eventsOf(args: readonly string[]): Promise<readonly Event[]> {
  const command = new Command().argument("<playbooks...>").option("-C, --check").option("-D, --diff").exitOverride();
  for (const add of [inventoryOptions, connectionOptions, playOptions, runOptions, outputOptions]) add(command);
  command.parse([...args], { from: "user" });
  const options = command.opts<Options>();
  const events: Event[] = [];
  await Session.use(options, async (session) => {
    const plays = loadPlaybooks(command.args, session.loadContext());
    const mode = options.check === true ? "plan" : "apply";
    await runEmitting(session, plays, { mode, title: "case" }, options, (event) => events.push(event));
    return 0;
  });
  return events;
}

function answerOf(events: readonly Event[], tidy: Tidy): Omit<Answer, "files"> {
  const plays: { name: string; hosts: readonly string[] }[] = [];
  const included: Record<string, number> = {};
  const tasks: Record<string, string[]> = {};
  let recap: Record<string, string> = {};
  for (const event of events) {
    if (event.type === "playStarted") plays.push({ name: event.play, hosts: event.hosts });
    else if (event.type === "runEnded") recap = recapOf(withoutIncludes(event.recap, included));
    else if (event.type === "taskRetried") (tasks[event.host] ??= []).push(`${event.task.name} is tried again`);
    else if (event.type === "taskSettled") {
      if (isInclude(event)) included[event.host] = (included[event.host] ?? 0) + 1;
      (tasks[event.host] ??= []).push(...settled(event).map(tidy));
    }
  }
  return { plays: playLines(plays), tasks: together(tasks), recap };
}

function settled({ host, task, status, items }: Extract<Event, { type: "taskSettled" }>): readonly string[] {
  if (!isTold(task)) return [];
  const ref = { host, role: task.role, task: task.name, module: task.module, handler: task.handler };
  const inLoop = items.length > 0 && items.every((item) => item.label !== undefined);
  const value = inLoop ? undefined : items[0]?.result;
  return [
    taskLine({ ...ref, status, value }),
    ...(inLoop ? items.map((item) => itemLine({ ...ref, ...item, ...asAnsible(item), value: item.result })) : []),
  ];
}

/** Its words for an item whose failure is ignored, and for one that is not to be seen. */
function asAnsible({ status, label }: ItemOutcome): { status: string; label: unknown } {
  return {
    status: status === "ignored" ? "failed" : status,
    label: label === "(hidden by no_log)" ? null : label,
  };
}

/** Ansible counts them in its own way: left out on both sides. */
function isInclude({ task, status }: Extract<Event, { type: "taskSettled" }>): boolean {
  return ["include_tasks", "include_role"].includes(task.module) && status === "ok";
}

function withoutIncludes(
  recap: Readonly<Record<string, Readonly<Recap>>>,
  included: Readonly<Record<string, number>>,
): Record<string, Record<string, number>> {
  const entries = Object.entries(recap);
  return Object.fromEntries(entries.map(([host, of]) => [host, { ...of, ok: of.ok - (included[host] ?? 0) }]));
}
