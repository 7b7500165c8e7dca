import type { Guard } from "../../contract/step.js";
import { flag, text } from "../values.js";

/** Parameters that guard a command: checked on the host right before it would run. */
export const guardParams = {
  creates: text()
    .optional()
    .describe("A path, shell wildcards allowed. When something matches, the command does not run."),
  removes: text()
    .optional()
    .describe("A path, shell wildcards allowed. When nothing matches, the command does not run."),
  unless: text()
    .optional()
    .describe("A shell command that only looks: a dry run asks it, too. When it succeeds, the command does not run."),
  only_if: text()
    .optional()
    .describe("A shell command that only looks: a dry run asks it, too. When it fails, the command does not run."),
};

export const chdirParam = {
  chdir: text().optional().describe("Folder to run in. Absent: the login user's home."),
};

export const stdinParams = {
  stdin: text().optional().describe("What the command reads on its standard input. Absent: nothing."),
  stdin_add_newline: flag().default(true).describe("Append a newline to `stdin`."),
};

export const outputParams = {
  strip_empty_ends: flag().default(true).describe("Remove empty lines from the ends of stdout and stderr."),
};

export interface GuardParams {
  readonly chdir?: string | undefined;
  readonly creates?: string | undefined;
  readonly removes?: string | undefined;
  readonly unless?: string | undefined;
  readonly only_if?: string | undefined;
}

export function guardsOf(params: GuardParams): readonly Guard[] {
  const guards: Guard[] = [];
  if (params.creates !== undefined) guards.push({ kind: "creates", path: inFolder(params.chdir, params.creates) });
  if (params.removes !== undefined) guards.push({ kind: "removes", path: inFolder(params.chdir, params.removes) });
  if (params.unless !== undefined) guards.push({ kind: "unless", command: params.unless });
  if (params.only_if !== undefined) guards.push({ kind: "only_if", command: params.only_if });
  return guards;
}

/** As Ansible: a relative path is meant from `chdir`. */
function inFolder(folder: string | undefined, path: string): string {
  return folder === undefined || path.startsWith("/") ? path : `${folder.replace(/\/+$/, "")}/${path}`;
}

/** What a command that can do anything must have: a command. */
export const commandText = () => text().refine((command) => command.trim() !== "", { error: "is empty" });
