import type { FettleError, Place } from "./error.js";
import type { Local, ModuleSpec } from "./module.js";

/**
 * What variables a task sees. Values are rendered on demand. `get` throws
 * an input error (with did-you-mean) for an undefined name, NotYet for a register that has no value yet.
 */
export interface Scope {
  has(name: string): boolean;
  get(name: string): unknown;
  names(): readonly string[];
  /** What functions that look at the controller need (file, pipe); opaque to everybody but the language. */
  readonly site?: object | undefined;
  /** Where the definition stands that wins, among those that somebody wrote. */
  placeOf?(name: string): Place | undefined;
  /** Every definition of the name, from what everything overrides to what overrides everything. */
  definitionsOf?(name: string): readonly Defined[];
  /** Whether the name is one that nobody defines: magic, or facts. */
  isOwn?(name: string): boolean;
  /** A scope with these data on top (`item`, `ansible_loop`): never rendered. */
  with(extra: Readonly<Record<string, unknown>>): Scope;
}

/** The host's own variables, kept by the engine: registers, set_fact, facts. Data: never rendered. */
export interface Dynamic {
  /** undefined: no such name. Throws NotYet. */
  lookup(name: string): { readonly value: unknown } | undefined;
  names(): readonly string[];
  /** The `facts` object; its properties are read from the host when touched (throws NotYet). */
  readonly facts: Readonly<Record<string, unknown>>;
  /** Magic values that the engine knows: ansible_check_mode, play_hosts … Some throw NotYet. */
  readonly magic: Readonly<Record<string, unknown>>;
  /** Definitions that tasks have read (include_vars, include_role), by their rank. Absent: nobody does here. */
  readonly read?: (rank: Rank) => ReadDefinitions;
  /** To be asked before the inventory is: throws NotYet while tasks before this one may still add to it. */
  readonly inventory?: () => void;
  /** Told what a task uses of the controller. Absent: nobody looks ahead here. */
  readonly controller?: ControllerUse;
  /** What another host's own variables are when this task's turn comes; undefined: the run knows nothing of it. */
  readonly other?: (host: string) => Dynamic | undefined;
}

/** What evaluating a task uses of the controller. */
export interface ControllerUse {
  /** Throws NotYet before the task's turn has come and all before it is done. */
  turn(): void;
  /** Something was looked at; `isSame` is asked at the task's turn, and tells whether it is still as it was. */
  saw(isSame: () => boolean): void;
  /** Throws NotYet where in a dry run a task before would have brought this file, or one below this folder. */
  coming(path: string): void;
}

/** Where definitions stand that a task reads: above role variables; among those; below everything. */
export type Rank = "include_vars" | "role_vars" | "role_defaults";

/** Definitions of one rank, as far as they are read when this task's turn comes. */
export interface ReadDefinitions {
  /** undefined: there is none. Throws NotYet. */
  get(name: string): Definition | undefined;
  names(): readonly string[];
}

/** A definition among others of its name. */
export interface Defined extends Definition {
  /** The layer that it stands in: "play vars", or the file of variables. */
  readonly origin: string;
  /** Above registers and set_fact. */
  readonly isAbove: boolean;
}

/** One definition of a variable that somebody wrote. */
export interface Definition {
  readonly expression: Expression<unknown>;
  readonly place: Place;
}

/**
 * Thrown out of an evaluation that needs something that is not there yet. The engine evaluates again when it is.
 * It passes through expressions and templates untouched.
 */
export class NotYet extends Error {
  override readonly name = "NotYet";
  /** `needs` is opaque to everybody but the engine. */
  constructor(readonly needs: unknown) {
    super("not yet known");
  }
}

/** A text of the user that gives a value in a scope: a template, a bare expression, or a constant. */
export interface Expression<T> {
  readonly source: string;
  readonly place: Place;
  /** Without a scope, when nothing in it depends on one. */
  readonly constant?: { readonly value: T };
  /** Synchronous. Throws FettleError (kind input, with place) or NotYet. */
  evaluate(scope: Scope): T;
}

export interface Loop {
  readonly items: Expression<readonly unknown[]>;
  /** Default "item". */
  readonly variable: string;
  readonly indexVariable?: string;
  /** loop_control.label */
  readonly label?: Expression<unknown>;
  /** loop_control.pause: seconds between two items. */
  readonly pause?: Expression<number>;
  /** loop_control.extended: each item sees `ansible_loop`. */
  readonly extended?: boolean;
}

/** A block of tasks with what is done about their failures. Equal blocks are the same object. */
export interface Block {
  readonly name: string;
  readonly place: Place;
  /** It has rescue tasks that the tags leave: a failure inside does not leave the block. */
  readonly rescues: boolean;
}

/** Where in a block a task stands. */
export interface BlockPart {
  readonly block: Block;
  readonly part: "tasks" | "rescue" | "always";
}

/** Tasks that are known only when a task is at its turn, and the handlers that come with them. */
export interface Expansion {
  readonly tasks: readonly Task[];
  readonly handlers: readonly Handler[];
  /** Definitions that the tasks behind them see too: those of a public role. */
  readonly exports?: readonly { readonly rank: Rank; readonly values: ReadonlyMap<string, Definition> }[];
}

/** One task of a play, before it meets a host. */
export interface Task {
  /** Unique in the run; equal for all hosts. */
  readonly id: string;
  /** May be a template; falls back to the module's name. */
  readonly name: Expression<string>;
  readonly role?: string;
  readonly place: Place;
  readonly module: ModuleSpec;
  /** Before the module's schema; `expressions` parameters arrive as Evaluated. Keys are known in advance. */
  readonly args: Expression<Readonly<Record<string, unknown>>>;
  readonly argNames: readonly string[];
  /** Where a parameter's value stands: `["owner"]`, `["list", 2]`. Falls back to the nearest known parent. */
  argPlace(path: readonly PropertyKey[], of?: "value" | "name"): Place;
  /** The excerpt with a caret for a place of this task's file. */
  excerpt(place: Place): string | undefined;
  /** All must hold; evaluated in order, lazily, for each item of the loop. */
  readonly when: readonly Expression<boolean>[];
  readonly loop?: Loop;
  readonly register?: string;
  readonly notify: readonly Expression<string>[];
  readonly become?: Expression<boolean>;
  readonly becomeUser?: Expression<string>;
  /** What become or become_user say is computed: it may differ from item to item of a loop. */
  readonly becomeIsComputed?: true;
  readonly environment: readonly Expression<Readonly<Record<string, string>>>[];
  readonly changedWhen: readonly Expression<boolean>[];
  readonly failedWhen: readonly Expression<boolean>[];
  /** All must hold, or the task is tried again. */
  readonly until: readonly Expression<boolean>[];
  /** How often it is tried again; absent: not, or twice with `until`. */
  readonly retries?: Expression<number>;
  /** Seconds between two tries; absent: 5. */
  readonly delay?: Expression<number>;
  readonly ignoreErrors?: Expression<boolean>;
  readonly noLog?: Expression<boolean>;
  readonly checkMode?: Expression<boolean>;
  /** The host on which it is looked at and done, in place of its own. */
  readonly delegateTo?: Expression<string>;
  /** One host runs it for all. */
  readonly runOnce?: Expression<boolean>;
  /** At most so many hosts run it at the same time. */
  readonly throttle?: Expression<number>;
  /** Its failure on one host ends the play for all. */
  readonly anyErrorsFatal?: Expression<boolean>;
  /** A host that cannot be reached in this task goes on with the next one. */
  readonly ignoreUnreachable?: Expression<boolean>;
  /** What it sets (set_fact) is the variable of the host that it is delegated to. */
  readonly delegateFacts?: Expression<boolean>;
  /** Seconds: it runs apart from the link, no longer than this. 0: as usual. */
  readonly async?: Expression<number>;
  /** Seconds between two looks at it; 0: nobody waits for it. Absent: 15. */
  readonly poll?: Expression<number>;
  /** Whether its differences are shown. Absent: as the command line says. */
  readonly diff?: Expression<boolean>;
  /** Seconds, as in the playbook. */
  readonly timeout?: Expression<number>;
  readonly tags: readonly string[];
  /** The blocks it stands in, the outermost first. */
  readonly blocks: readonly BlockPart[];
  /**
   * Of include_tasks and include_role: the tasks that take its place, for each item of its loop. `scope` is the
   * item's. Throws an input error when what it names is missing or wrong.
   */
  readonly expand?: (params: unknown, scope: Scope) => Expansion;
  /** It adds to the inventory of the run, or reads it anew. */
  readonly changesInventory?: true;
  /** Of include_vars: the names that it reads, when they are known beforehand. */
  readonly reads?: readonly string[];
  /** The variables this task sees on a host. */
  scope(host: string, dynamic: Dynamic): Scope;
  /** Files and templates as this task finds them. */
  local(scope: Scope): Local;
}

export interface Handler extends Task {
  /** Its own name and the topics it listens to. */
  readonly topics: readonly string[];
  /** Stable over runs: project, role and handler; what the mark on the host is called. */
  readonly key: string;
}

/** Tasks after which notified handlers run: pre_tasks; roles and tasks; post_tasks. */
export interface Section {
  readonly name: "pre_tasks" | "tasks" | "post_tasks";
  readonly tasks: readonly Task[];
}

/** Typed inputs of a role, to be checked for every host before anything runs. */
export interface RoleInputs {
  readonly role: string;
  readonly place: Place;
  /**
   * All that is wrong with the inputs on this host, as far as they do not need a fact or a register. `isOpen`: tasks
   * before the role may still define any of them.
   */
  check(host: string, dynamic: Dynamic, isOpen?: boolean): readonly FettleError[];
}

export interface Play {
  readonly name: string;
  /** Which playbook of the command line it belongs to; when one has failures, those behind it are not run. */
  readonly playbook?: number;
  readonly place: Place;
  /** Host names in the inventory's order. May be empty. */
  readonly hosts: readonly string[];
  /** The same as the inventory is now: tasks may have added to it. Absent: as it was. */
  hostsNow?(): readonly string[];
  readonly sections: readonly Section[];
  readonly handlers: readonly Handler[];
  readonly roleInputs: readonly RoleInputs[];
  /** Run notified handlers even when the host has failed. */
  readonly forceHandlers: boolean;
  /** `gather_facts: true` written out: all facts are read in the first wave. Otherwise only those used. */
  readonly gatherFacts: boolean;
  /** Which of them `gather_facts` reads, in the words of Ansible's setup. Absent: all that are cheap. */
  gatherSubset?(): readonly string[];
  /** linear – no host begins a task before all others have ended those before it. */
  readonly strategy: "free" | "linear";
  readonly rolling: Rolling;
  /** What the play itself says: facts about the user are those of this one, as in Ansible. Absent: the login user. */
  readonly become?: Expression<boolean>;
  readonly becomeUser?: Expression<string>;
}

/** How many hosts a play takes at a time, and what it makes of failures. */
export interface Rolling {
  /** Hosts at a time, one number for each tranche and the last for all that follow: 2, or "30%". Empty: all at once. */
  readonly serial: readonly (number | `${number}%`)[];
  readonly order: "inventory" | "reverse_inventory" | "sorted" | "reverse_sorted" | "shuffle";
  /** More failed hosts of a tranche than this end the play. Absent: only when all have failed. */
  readonly maxFailPercentage?: number | undefined;
}
