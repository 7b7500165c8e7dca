import { Command, CommanderError, Option } from "commander";
import { FettleError } from "../contract/error.js";
import { EXIT, statusOfError } from "./exit-status.js";
import { connectionOptions, inventoryOptions, outputOptions, playOptions, runOptions, wholeNumber } from "./options.js";
import { vaultCommands } from "./vault-commands.js";
import { version } from "./version.js";

/** What a command gives: the exit status. Loaded when it is asked for, so that others need not pay for it. */
type Action = (...args: never[]) => Promise<number>;

/** Parses the command line, runs the command and gives the exit status. Never rejects. */
export async function main(argv: readonly string[]): Promise<number> {
  let status: number = EXIT.done;
  const program = makeProgram((found) => (status = found));
  try {
    await program.parseAsync(argv.map(usual));
    return status;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.done : EXIT.input;
    return report(error);
  }
}

/** Other spellings of Ansible's. */
const SPELLINGS: Readonly<Record<string, string>> = {
  "--inventory-file": "--inventory",
  "--ask-vault-password": "--ask-vault-pass",
};

function usual(arg: string): string {
  const [name = "", ...value] = arg.split("=");
  const meant = SPELLINGS[name];
  return meant === undefined ? arg : [meant, ...value].join("=");
}

function makeProgram(done: (status: number) => void): Command {
  const program = new Command("fettle")
    .description(
      "Puts servers in good order over SSH: declarative roles, truthful dry runs, nothing installed on targets.",
    )
    .version(version(), "-V, --version")
    .exitOverride()
    .showSuggestionAfterError()
    .showHelpAfterError("(`fettle help COMMAND` shows what it takes)");
  const command = (usage: string, summary: string, load: () => Promise<Action>): Command =>
    program
      .command(usage)
      .description(summary)
      .exitOverride()
      .action(async (...args: unknown[]) => done(await (await load())(...(args as never[]))));

  const plan = command(
    "plan <playbooks...>",
    "show what an apply would change, without changing anything",
    async () => (await import("./play.js")).plan,
  );
  const apply = command(
    "apply <playbooks...>",
    "bring hosts to the state that playbooks declare",
    async () => (await import("./play.js")).apply,
  );
  for (const one of [plan, apply])
    for (const add of [inventoryOptions, connectionOptions, playOptions, runOptions, outputOptions]) add(one);
  plan.option("--detailed-exitcode", "exit with 2 when something would change");
  apply
    .option("-C, --check", "only show what would change (the same as `plan`)")
    .option("-D, --diff", "show what changes in files");

  const exec = command("exec <pattern>", "run one module on hosts", async () => (await import("./exec.js")).exec);
  exec
    .requiredOption("-m, --module-name <module>", "the module", "command")
    .option("-a, --args <args>", "its parameters: free form, or key=value words", "");
  exec
    .option("-B, --background <seconds>", "run it apart from the link, no longer than this", wholeNumber)
    .option("-P, --poll <seconds>", "with -B: how often to look at it; 0: do not wait for it", wholeNumber, 15);
  exec.option("-C, --check", "only show what would change").option("-D, --diff", "show what changes in files");
  exec.option("--list-hosts", "only list the hosts");
  for (const add of [inventoryOptions, connectionOptions, runOptions, outputOptions]) add(exec);

  const inventory = command(
    "inventory",
    "show hosts, groups and variables",
    async () => (await import("./inventory.js")).inventory,
  );
  inventory
    .option("--list", "everything, as JSON")
    .option("--graph [group]", "groups and hosts as a tree")
    .option("--host <host>", "the variables of one host, as JSON")
    .option("--export", "the variables of groups at their groups, not at each host")
    .option("--yaml", "as YAML instead of JSON");
  inventoryOptions(inventory);

  const explain = command(
    "explain <variable> [playbooks...]",
    "show every definition of a variable on a host, and which one wins; FILE:LINE for the variables on that line",
    async () => (await import("./explain.js")).explain,
  );
  explain
    .requiredOption("--host <host>", "the host")
    .option("--role <role>", "what this role sees; without playbooks it stands alone")
    .addOption(new Option("--output <kind>", "plain or json").choices(["plain", "json"]).default("plain"));
  inventoryOptions(explain);

  const facts = command(
    "facts <pattern>",
    "show the facts of hosts, as JSON",
    async () => (await import("./facts.js")).facts,
  );
  facts.option("--filter <name...>", "only these facts");
  for (const add of [inventoryOptions, connectionOptions, runOptions]) add(facts);

  vaultCommands(program, done);
  command("doc [module]", "describe a module; without a name list all", async () => (await import("./doc.js")).doc);
  return program;
}

/** Errors go to stderr, as people can read them. */
async function report(error: unknown): Promise<number> {
  const { formatErrors, wantsColor } = await import("../ui/index.js");
  const { LoadErrors } = await import("../language/errors.js");
  if (error instanceof LoadErrors) {
    process.stderr.write(formatErrors(error.errors, wantsColor(process.stderr, process.env)));
    return EXIT.input;
  }
  if (error instanceof FettleError)
    process.stderr.write(formatErrors([error], wantsColor(process.stderr, process.env)));
  else
    process.stderr.write(
      `This is a defect of fettle, not of your input. Please report it with the lines below.\n${stackOf(error)}\n`,
    );
  return statusOfError(error);
}

function stackOf(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
