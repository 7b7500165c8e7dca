import type { z } from "zod";
import type { Change, Effect } from "./change.js";
import type { Definition, Rank } from "./play.js";
import type { Query, Read } from "./query.js";
import type { StepResult } from "./step.js";

/**
 * state – declares how something shall be; converges, bound by all laws.
 * read – only looks (stat, slurp, setup); its register is filled early.
 * action – does something every time it is asked (command, service state=restarted).
 * control – happens on the controller (debug, assert, set_fact, meta, pause).
 */
export type ModuleClass = "state" | "read" | "action" | "control";

/** What a module may have from the controller: files and templates beside the playbook or in the role. */
export interface Local {
  /**
   * A file under `files/` of the role or beside the playbook, found as Ansible does. Throws an input error.
   * One that is a vault is decrypted, unless `decrypt` is false.
   */
  file(src: string, decrypt?: boolean): Promise<LocalFile>;
  /** A template under `templates/`, rendered in the task's scope. */
  template(src: string): Promise<string>;
  /**
   * Everything below a folder of `files/`, sorted; paths relative to it. `follow`: links are what they lead to; those
   * that lead to nothing, or to a folder that they lie in, stay links.
   */
  tree(src: string, follow: boolean, decrypt?: boolean): Promise<readonly LocalEntry[]>;
  /** What an http(s) URL serves, fetched by the controller. Throws a host error. */
  fetch(url: string, maxBytes: number): Promise<Buffer>;
  /**
   * A place to write to, at a path that may hold the host's name; relative: beside the playbook. Throws an input error
   * for a folder, and for a host whose name is no name for one.
   */
  target(path: (host: string) => string): Promise<LocalTarget>;
  /** Files of variables, found and read as include_vars does. Throws an input error. */
  variables(from: VariablesFrom): Promise<ReadVariables>;
}

/** Which files of variables: one, or those of a folder. */
export interface VariablesFrom {
  readonly file?: string;
  readonly dir?: string;
  /** Put all of them into one variable. */
  readonly name?: string;
  /** How many folders at most; 0: all. */
  readonly depth: number;
  /** Regular expressions: of names that are wanted, and of ends of names that are not. */
  readonly filesMatching?: string;
  readonly ignoreFiles: readonly string[];
  /** Without the dot. */
  readonly extensions: readonly string[];
  /** Files with other endings are left out; otherwise they are an error. */
  readonly ignoreUnknownExtensions: boolean;
}

export interface ReadVariables {
  readonly files: readonly string[];
  /** The later of two files wins. */
  readonly definitions: ReadonlyMap<string, Definition>;
}

export interface LocalFile {
  readonly path: string;
  readonly sizeBytes: number;
  /** Permission bits on the controller. */
  readonly mode: number;
  readonly isDirectory: boolean;
  /** It was a vault: what `path` names is not what it holds, so it is only to be had from `bytes`. */
  readonly inMemory?: boolean;
  /** The whole content; refuses files above 100 MB: use `path` as a `file` Content for those. */
  bytes(): Promise<Buffer>;
  /** Hex digest, computed once, streaming. */
  sha256(): Promise<string>;
}

export interface LocalTarget {
  /** Absolute; of a link its end. */
  readonly path: string;
  /** Hex digest of what is there, streaming; null: nothing. */
  sha256(): Promise<string | null>;
}

export interface LocalEntry {
  readonly relativePath: string;
  readonly kind: "file" | "directory" | "symlink";
  /** Of a symbolic link: the text in it. */
  readonly target?: string;
  /** Of a file. */
  readonly file?: LocalFile;
}

/** A parameter that may hold a secret or a plain word: to hide a word would blot it out of every text. */
export interface SecretParam {
  readonly name: string;
  readonly isSecret: (value: string) => boolean;
}

/** The results of the steps of one change, in order; `undefined` in a dry run, where nothing is sent. */
export type ChangeOutputs = readonly StepResult[];

export interface Example {
  readonly name: string;
  /** The task as YAML, starting with `- name:`. It must parse and plan. */
  readonly yaml: string;
}

export interface ModuleSpec<P = unknown, S = unknown> {
  readonly name: string;
  /** One line, imperative. */
  readonly summary: string;
  /** Longer documentation in Markdown: what surprises, what differs from Ansible. */
  readonly description?: string;
  /** Parameters; `.describe()` each with units and the meaning of absence. Unknown keys are refused by the engine. */
  readonly params: z.ZodType<P>;
  /** What `register` holds beside `changed`, `failed`, `skipped`: name → description. */
  readonly returns?: Readonly<Record<string, string>>;
  readonly examples: readonly Example[];
  readonly class: ModuleClass;
  /** Parameters that are bare JavaScript expressions (or lists of them), as `assert.that`. They arrive as Evaluated. */
  readonly expressions?: readonly string[];
  /** The parameter that `module: text` sets (`command: uptime`). Absent: only a mapping is allowed, or `k=v` words. */
  readonly freeForm?: string;
  /** Every parameter name is a variable that this task sets for later ones (set_fact). `any`: it may set any. */
  readonly setsVariables?: boolean | "any";
  /** The same as `any` when this parameter is given. */
  readonly setsVariablesWith?: string;
  /** It adds to the inventory of the run: what later tasks see of groups and hosts hangs on it. */
  readonly changesInventory?: true;
  /** One host runs it for all, as with `run_once`. */
  readonly oncePerPlay?: true;
  /** The file of the controller that it writes, as `Local.target` takes it. */
  writesHere?(this: void, params: P): (host: string) => string;
  /** Parameters whose values are never shown, or which of their values are not. */
  readonly secrets?: readonly (string | SecretParam)[];
  /** Law 4: how many waves of reads `observe` needs at most. Default 1. */
  readonly waves?: number;
  /** The only async part; only `read`s and `local`s. Throw hostError to fail the task at its turn. */
  observe(this: void, read: Read, params: P, local: Local): Promise<S>;
  /** Pure. No changes = ok. */
  diff(this: void, state: S, params: P): readonly Change[];
  /** Whether a state module with these parameters acts every time it is asked (service state=restarted). Absent: never. */
  actsAlways?(this: void, params: P): boolean;
  /**
   * The changes to send without having looked, because every step carries its own guards. With it, tasks may join
   * a batch behind an opaque step. Absent: the state is read again first.
   */
  blind?(this: void, params: P): readonly Change[];
  /**
   * Dry run: what the task may change when its state cannot be known, besides what it asked about. Absent: nothing.
   */
  mayTouch?(this: void, params: P): readonly Effect[];
  /**
   * What `register` holds. `outputs[i]` belongs to the i-th change of `diff`; empty when there was none, `undefined`
   * in a dry run. Also called when a step failed, for the evidence; throw hostError when other outputs mean failure.
   * `state` is undefined after `blind`.
   */
  result?(this: void, outputs: readonly ChangeOutputs[] | undefined, params: P, state: S): TaskResult;
}

/** A host (a new one, or more of one that is known), or a group that the asking host joins. */
export type InventoryChange =
  | {
      readonly kind: "host";
      readonly name: string;
      readonly groups: readonly string[];
      readonly variables: Readonly<Record<string, unknown>>;
    }
  | { readonly kind: "group"; readonly group: string; readonly parents: readonly string[] };

/** A bare expression and its value. */
export interface Evaluated {
  readonly expression: string;
  readonly value: unknown;
}

/**
 * Data for `register`. `changed` overrides the verdict (an action that found nothing to do); `failed` with `msg`
 * makes the task fail and is subject to `failed_when`. `variables` are set for the host (set_fact);
 * `message` is shown to the user under the task (debug).
 */
export interface TaskResult {
  readonly changed?: boolean;
  readonly failed?: boolean;
  readonly msg?: string;
  readonly variables?: Readonly<Record<string, unknown>>;
  readonly message?: string;
  /** Definitions that later tasks of the host see. */
  /** What it adds to the inventory of the run; whether that is anything new is whether it has changed. */
  readonly inventory?: InventoryChange;
  readonly definitions?: { readonly rank: Rank; readonly values: ReadonlyMap<string, Definition> };
  readonly [key: string]: unknown;
}

export function defineModule<P, S>(spec: ModuleSpec<P, S>): ModuleSpec<P, S> {
  return spec;
}

export type Registry = ReadonlyMap<string, ModuleSpec>;

/** Facts that are read together: the names that playbooks use and the question that answers them. */
export interface FactSource {
  /** Keys of `facts` (Ansible's names without the `ansible_` prefix: `os_family`, `distribution`). */
  readonly names: readonly string[];
  readonly query: Query<Readonly<Record<string, unknown>>>;
  /** About the user who asks: asked as the play's user, whoever a task acts as. */
  readonly ofUser?: true;
}
