import { type Command, InvalidArgumentError, Option } from "commander";
import type { Listed } from "./listing.js";

/** For options that may be repeated; absent when they are not given. */
export const collect = (value: string, before: readonly string[] | undefined): string[] => [...(before ?? []), value];

export interface VaultOptions {
  readonly vaultId?: readonly string[];
  readonly vaultPasswordFile?: readonly string[];
  readonly askVaultPass?: boolean;
}

export interface InventoryOptions extends VaultOptions {
  readonly inventory?: readonly string[];
  readonly limit?: string;
  readonly extraVars?: readonly string[];
}

export interface ConnectionOptions {
  readonly user?: string;
  readonly privateKey?: string;
  readonly become?: boolean;
  readonly becomeUser?: string;
  readonly askBecomePass?: boolean;
  readonly askPass?: boolean;
  readonly becomePasswordFile?: string;
  readonly connectionPasswordFile?: string;
  readonly connection?: string;
  readonly sshExtraArgs?: string;
  readonly timeout: number;
  readonly sshCommonArgs?: string;
}

export interface PlayOptions extends Listed {
  readonly startAtTask?: string;
  readonly tags?: readonly string[];
  readonly skipTags?: readonly string[];
  readonly forceHandlers?: boolean;
  readonly syntaxCheck?: boolean;
}

export interface RunOptions {
  readonly step?: boolean;
  readonly forks: number;
  readonly speculation: boolean;
}

export interface OutputOptions {
  readonly verbose: number;
  readonly output?: "live" | "plain" | "json";
}

export function inventoryOptions(command: Command): void {
  command
    .option("-i, --inventory <source>", "inventory file or folder, or a list `host1,host2,`; may be repeated", collect)
    .option("-l, --limit <pattern>", "only these hosts")
    .option(
      "-e, --extra-vars <vars>",
      "variables that win over all others: k=v words, JSON, or @file; may be repeated",
      collect,
    );
  vaultOptions(command);
}

export function vaultOptions(command: Command): void {
  command
    .option("--vault-id <id@source>", "a vault password: ID@FILE, ID@SCRIPT or ID@prompt; may be repeated", collect)
    .option(
      "--vault-pass-file, --vault-password-file <file>",
      "a file with the vault password, or a script that prints it; may be repeated",
      collect,
    )
    .option("-J, --ask-vault-pass", "ask for the vault password");
}

export function connectionOptions(command: Command): void {
  command
    .option("-u, --user <name>", "log in as this user")
    .option("--key-file, --private-key <file>", "log in with this key")
    .addOption(
      new Option("-c, --connection <kind>", "how to get to hosts (default: ssh)").choices(["ssh", "smart", "local"]),
    )
    .option("-k, --ask-pass", "ask for the login password")
    .option("-b, --become", "run tasks as another user (root)")
    .option("--become-user <name>", "the user to become")
    .option("-K, --ask-become-pass", "ask for the sudo password")
    .option(
      "--connection-password-file, --conn-pass-file <file>",
      "a file with the login password, or a program that prints it",
    )
    .option(
      "--become-password-file, --become-pass-file <file>",
      "a file with the sudo password, or a program that prints it",
    )
    .addOption(new Option("--become-method <method>", "how to become another user").choices(["sudo"]))
    .option("-T, --timeout <seconds>", "time for a login", positive, 10)
    .option("--ssh-common-args <args>", "options as for ssh: `-o ProxyJump=bastion`")
    .option("--ssh-extra-args <args>", "more of them");
}

export function playOptions(command: Command): void {
  command
    .option("-t, --tags <tags>", "only tasks with these tags", collect)
    .option("--skip-tags <tags>", "not the tasks with these tags", collect)
    .option("--force-handlers", "run notified handlers also on hosts that failed")
    .option("--start-at-task <name>", "begin with the task of this name; wildcards allowed")
    .option("--step", "ask before each task")
    .option("--list-hosts", "only list the hosts of the plays")
    .option("--list-tasks", "only list the tasks")
    .option("--list-tags", "only list the tags")
    .option("--flush-cache", "accepted: facts are never kept from one run to the next")
    .option("--syntax-check", "only check the playbooks, roles and inventory");
}

export function runOptions(command: Command): void {
  command
    .option("-f, --forks <number>", "hosts worked on at the same time", positive, 20)
    .option("--no-speculation", "look at each task only when all before it are done");
}

export function outputOptions(command: Command): void {
  command
    .option("-v, --verbose", "show more; -vv also round trips and bytes", (_value, before: number) => before + 1, 0)
    .addOption(
      new Option("--output <kind>", "how to show what happens (default: live on a terminal, else plain)").choices([
        "live",
        "plain",
        "json",
      ]),
    );
}

function positive(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1) throw new InvalidArgumentError("it must be a whole number above 0.");
  return value;
}

export function wholeNumber(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 0) throw new InvalidArgumentError("it must be a whole number.");
  return value;
}
