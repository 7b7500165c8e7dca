import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { fileURLToPath } from "node:url";
import type { Target } from "../contract/transport.js";
import {
  checkAnswers,
  type ConnectionDefaults,
  extraVars,
  hostScope,
  type Inventory,
  type Keyring,
  type Layer,
  type LoadContext,
  type LoadedPlay,
  parseWords,
  Problems,
  readInventory,
  targetOf,
} from "../language/index.js";
import { registry } from "../modules/index.js";
import { adviceOn } from "./advice.js";
import { Logins, secretsOf } from "./logins.js";
import type { ConnectionOptions, InventoryOptions, OutputOptions, PlayOptions, RunOptions } from "./options.js";
import { askPassword } from "./prompt.js";
import { askVariables } from "./vars-prompt.js";
import { passwordOf } from "./password-file.js";
import { openKeyring } from "./vault-passwords.js";
import { withoutSecrets } from "./without-secrets.js";

export type SessionOptions = InventoryOptions &
  ConnectionOptions &
  Partial<PlayOptions & RunOptions & OutputOptions> & { readonly diff?: boolean };

/** What commands that speak to hosts share: the inventory, the variables of the command line, ways to log in. */
export class Session {
  readonly inventory: Inventory;
  readonly extraVars: readonly Layer[];
  readonly #options: SessionOptions;
  readonly #vault: Keyring;
  readonly #secrets = new Set<string>();
  #passwords: { readonly login?: string; readonly become?: string } = {};

  /** Reads the vault passwords first: the inventory may need them. Errors of the work show no secrets. */
  static async use(options: SessionOptions, work: (session: Session) => Promise<number>): Promise<number> {
    const session = new Session(options, await openKeyring(options));
    try {
      return await work(session);
    } catch (error) {
      throw withoutSecrets(error, session.secrets());
    }
  }

  private constructor(options: SessionOptions, vault: Keyring) {
    this.#options = options;
    this.#vault = vault;
    this.inventory = readInventory(options.inventory ?? [], vault);
    this.extraVars = extraVars(options.extraVars ?? [], parseWords, vault);
  }

  /** Values that must never be shown. */
  keepSecret(value: string): void {
    this.#secrets.add(value);
  }

  readonly secrets = (): readonly string[] => [...this.#secrets, ...this.#vault.secrets()];

  /** Asks for the passwords that the command line wants asked for. */
  async askPasswords(): Promise<void> {
    const { askPass, askBecomePass, connectionPasswordFile: loginFile, becomePasswordFile: becomeFile } = this.#options;
    const ofLogin = loginFile === undefined ? undefined : passwordOf(loginFile, "--connection-password-file");
    const ofBecome = becomeFile === undefined ? undefined : passwordOf(becomeFile, "--become-password-file");
    const login = askPass === true ? await askPassword("SSH password") : ofLogin;
    const become = askBecomePass === true ? await askPassword("sudo password") : (ofBecome ?? login);
    this.#passwords = { ...(login !== undefined && { login }), ...(become !== undefined && { become }) };
  }

  /** Asks for what `vars_prompt` of the plays wants to know. */
  async askVariables(plays: readonly LoadedPlay[]): Promise<void> {
    for (const secret of await askVariables(plays, this.extraVars)) this.#secrets.add(secret);
    checkAnswers(plays);
  }

  loadContext(): LoadContext {
    const { limit, become, becomeUser, forceHandlers = false } = this.#options;
    const tags = this.#tags();
    return {
      registry,
      inventory: this.inventory,
      extraVars: this.extraVars,
      vault: this.#vault,
      tags,
      roleFolders: roleFolders(),
      forceHandlers,
      magic: this.#magic(tags.only, tags.skip),
      problems: new Problems(),
      ...(limit !== undefined && { limit }),
      ...((become === true || becomeUser !== undefined) && {
        become: { become: become === true, ...(becomeUser !== undefined && { user: becomeUser }) },
      }),
    };
  }

  /** What is no error, but seldom meant. */
  adviceOn(plays: readonly LoadedPlay[]): readonly string[] {
    const hosts = plays.flatMap((play) => play.hosts.map((host) => [host, play.folder] as const));
    const layers = hosts.flatMap(([host, folder]) => this.inventory.layersOf(host, folder));
    const names = new Set(layers.flatMap(({ values }) => [...values.keys()]));
    return adviceOn(plays, { tags: this.#tags().only, names: [...names] });
  }

  #tags(): { readonly only: readonly string[]; readonly skip: readonly string[] } {
    const { tags = [], skipTags = [] } = this.#options;
    const words = (given: readonly string[]): readonly string[] =>
      given.flatMap((one) => one.split(",").map((word) => word.trim())).filter((word) => word !== "");
    return { only: words(tags), skip: words(skipTags) };
  }

  #magic(tags: readonly string[], skipped: readonly string[]): Readonly<Record<string, unknown>> {
    const { limit, inventory = [], forks = 0, verbose = 0, diff = false } = this.#options;
    return {
      ansible_run_tags: tags.length === 0 ? ["all"] : tags,
      ansible_skip_tags: skipped,
      ...(limit !== undefined && { ansible_limit: limit }),
      ansible_inventory_sources: inventory.map((one) => (one.includes(",") ? one : resolve(one))),
      ansible_forks: forks,
      ansible_verbosity: verbose,
      ansible_diff_mode: diff,
    };
  }

  /** How to log in to the hosts of the plays. Throws LoadErrors for settings that are wrong. */
  loginsOf(plays: readonly LoadedPlay[]): Logins {
    const problems = new Problems();
    const logins = new Logins((host, play) => this.#other(host, play as LoadedPlay));
    for (const play of plays) {
      for (const host of play.hostsNow?.() ?? play.hosts) {
        const target = problems.guard(() => this.#target(host, play));
        if (target !== undefined) logins.add(play, target);
      }
    }
    problems.guard(() => this.#vault.checkPasswords());
    problems.check();
    for (const secret of logins.secrets()) this.#secrets.add(secret);
    return logins;
  }

  #other(host: string, play: LoadedPlay): Target {
    const target = this.#target(host, play);
    for (const secret of secretsOf(target)) this.#secrets.add(secret);
    return target;
  }

  #target(host: string, play: LoadedPlay): Target {
    const { user, privateKey, timeout, connection, sshCommonArgs, sshExtraArgs } = this.#options;
    const sshArgs = [sshCommonArgs, sshExtraArgs].filter((one) => one !== undefined).join(" ");
    const { login, become } = this.#passwords;
    const scope = hostScope(host, this.inventory, this.extraVars, play.folder, play.variables);
    const name = play.remoteUser?.evaluate(scope) ?? user;
    // As in Ansible, what the play says of connections is about its own hosts; the user is everybody's.
    const isMember = play.hosts.includes(host);
    const port = isMember ? play.port?.evaluate(scope) : undefined;
    const defaults: ConnectionDefaults = {
      connectTimeoutMs: timeout * 1000,
      ...(name !== undefined && { user: name }),
      ...(privateKey !== undefined && { privateKeyFile: privateKey }),
      ...(login !== undefined && { password: login }),
      ...(become !== undefined && { becomePassword: become }),
      ...(sshArgs !== "" && { sshCommonArgs: sshArgs }),
      ...(connection !== undefined && { transport: connection === "local" ? ("local" as const) : ("ssh2" as const) }),
      ...(isMember && play.transport !== undefined && { transport: play.transport }),
      ...(port !== undefined && { port }),
    };
    return targetOf(host, scope, defaults);
  }
}

/** The project's roles, then those that come with fettle. */
export function roleFolders(): readonly string[] {
  const packaged = fileURLToPath(new URL("../../roles", import.meta.url));
  return ["roles", packaged].filter((folder) => existsSync(folder));
}
