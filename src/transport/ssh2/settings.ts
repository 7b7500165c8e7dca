import { homedir, userInfo } from "node:os";
import { join } from "node:path";
import { inputError } from "../../contract/error.js";
import type { Target } from "../../contract/transport.js";
import { readSshConfig, type SshOptions } from "./config.js";

/** Everything that is needed to log in to one host, from the inventory, the command line and ~/.ssh/config. */
export interface SshSettings {
  /** The name as the user wrote it, for messages. */
  readonly name: string;
  readonly address: string;
  readonly port: number;
  readonly user: string;
  /** Names under which known_hosts may list it. */
  readonly hostKeyNames: readonly string[];
  readonly knownHostsFiles: readonly string[];
  readonly strictHostKeyChecking: "yes" | "accept-new";
  /** Keys named on purpose; without any, the usual files are tried. */
  readonly identityFiles: readonly string[];
  readonly identitiesOnly: boolean;
  /** Absent: SSH_AUTH_SOCK. "none": no agent. */
  readonly identityAgent?: string;
  readonly password?: string;
  readonly passphrase?: string;
  /** Hosts to go through, outermost first, as `user@host:port`. */
  readonly jumps: readonly string[];
  /** The command whose input and output are the connection, ready for the shell. Absent: a connection by TCP or jumps. */
  readonly proxyCommand?: string;
  readonly connectTimeoutMs: number;
  readonly keepaliveIntervalMs: number;
  readonly keepaliveCountMax: number;
}

/** The inventory and the command line win over ~/.ssh/config. */
export function sshSettings(target: Target, home = homedir()): SshSettings {
  const written = target.address;
  if (written.startsWith("-") || /[\s\0]/.test(written)) {
    throw inputError(`${JSON.stringify(written)} is not a host's name or address`, { remedy: "check ansible_host" });
  }
  const given = target.sshOptions;
  const user = target.user ?? given["user"];
  const context = { host: written, originalHost: written, user: user ?? userInfo().username, home };
  const configs =
    given["configfile"] === "none" ? [] : [given["configfile"] ?? join(home, ".ssh/config"), "/etc/ssh/ssh_config"];
  const config = mergeFirst(configs.map((file) => readSshConfig(file, context)));
  const option = (name: string): string | undefined => given[name] ?? config.get(name)?.[0];
  const finalUser = user ?? option("user") ?? userInfo().username;
  const address = expand(option("hostname") ?? written, { h: written });
  const port = target.port ?? number(option("port")) ?? 22;
  const tokens = { h: address, n: written, p: String(port), r: finalUser, u: userInfo().username, d: home, "%": "%" };
  const path = (text: string): string => expand(text.replace(/^~(?=\/)/, home), tokens);
  const knownHosts = option("userknownhostsfile") ?? "~/.ssh/known_hosts ~/.ssh/known_hosts2";
  const identities = [target.privateKeyFile, given["identityfile"], ...(config.get("identityfile") ?? [])];
  const way = routeOf(given, config);
  const command = way?.name === "proxycommand" ? expandCommand(way.value, tokens) : undefined;
  const agent = option("identityagent");
  const { password, passphrase } = target;
  return {
    name: target.name,
    address,
    port,
    user: finalUser,
    hostKeyNames: hostKeyNames(option("hostkeyalias") ?? address, written, port),
    knownHostsFiles: [
      ...knownHosts.split(/\s+/).map(path),
      option("globalknownhostsfile") ?? "/etc/ssh/ssh_known_hosts",
    ],
    // `no` would let a changed key through: it is taken as accept-new, which does not.
    strictHostKeyChecking: ["accept-new", "no", "off"].includes(option("stricthostkeychecking") ?? "")
      ? "accept-new"
      : "yes",
    identityFiles: identities.filter((one) => one !== undefined).map(path),
    identitiesOnly: option("identitiesonly") === "yes",
    ...(agent !== undefined && agent !== "SSH_AUTH_SOCK" && { identityAgent: path(agent) }),
    ...(password !== undefined && { password }),
    ...(passphrase !== undefined && { passphrase }),
    jumps: way?.name === "proxyjump" ? way.value.split(",").map((one) => one.trim()) : [],
    ...(command !== undefined && { proxyCommand: command }),
    connectTimeoutMs: target.connectTimeoutMs,
    keepaliveIntervalMs: (number(option("serveraliveinterval")) ?? 15) * 1000,
    keepaliveCountMax: number(option("serveralivecountmax")) ?? 3,
  };
}

/** Of ProxyJump and ProxyCommand the one that is said first; undefined when it says `none`. */
function routeOf(
  given: Target["sshOptions"],
  config: SshOptions,
): { readonly name: string; readonly value: string } | undefined {
  const first = [...Object.entries(given), ...[...config].map(([name, [value = ""]]) => [name, value] as const)].find(
    ([name]) => name === "proxyjump" || name === "proxycommand",
  );
  if (first === undefined || first[1].toLowerCase() === "none") return undefined;
  return { name: first[0], value: first[1] };
}

/** What goes into a command line must be safe there, as in ssh. */
function expandCommand(command: string, tokens: Readonly<Record<string, string>>): string {
  for (const name of ["h", "n", "r"]) {
    const value = tokens[name] ?? "";
    if (/[\s'"`$\\;&<>|(){}*?!#~\0]/.test(value))
      throw inputError(`${JSON.stringify(value)} cannot be used with a ProxyCommand`, {
        remedy: "check ansible_host and ansible_user",
      });
  }
  return expand(command, tokens);
}

/** `user@host:port` or `ssh://…` of a jump, with the settings that the config gives it. */
export function jumpTarget(jump: string, from: Target): Target {
  const match = /^(?:ssh:\/\/)?(?:([^@]+)@)?(\[[^\]]+\]|[^:]+)(?::(\d+))?$/.exec(jump);
  if (match === null) throw inputError(`ProxyJump: ${JSON.stringify(jump)} is not [user@]host[:port]`);
  const [, user, host = "", port] = match;
  const { connectTimeoutMs, becomeMethod, privateKeyFile, passphrase } = from;
  // The jump host has its own options in ~/.ssh/config; what was given for the target names files that serve both.
  const {
    proxyjump: _own,
    proxycommand: _command,
    user: _user,
    port: _port,
    hostname: _name,
    hostkeyalias: _alias,
    ...sshOptions
  } = from.sshOptions;
  return {
    name: jump,
    transport: "ssh2",
    address: host.replace(/^\[|\]$/g, ""),
    sshOptions,
    connectTimeoutMs,
    becomeMethod,
    ...(user !== undefined && { user }),
    ...(port !== undefined && { port: Number(port) }),
    ...(privateKeyFile !== undefined && { privateKeyFile }),
    ...(passphrase !== undefined && { passphrase }),
  };
}

function hostKeyNames(name: string, written: string, port: number): readonly string[] {
  const names = [...new Set([name, written])];
  return port === 22 ? names : names.map((one) => `[${one}]:${port}`);
}

function mergeFirst(all: readonly SshOptions[]): SshOptions {
  const merged = new Map<string, readonly string[]>();
  for (const options of all) for (const [name, values] of options) if (!merged.has(name)) merged.set(name, values);
  return merged;
}

function expand(text: string, tokens: Readonly<Record<string, string>>): string {
  return text.replace(/%(.)/g, (whole, token: string) => tokens[token] ?? whole);
}

function number(text: string | undefined): number | undefined {
  return text === undefined || !/^\d+$/.test(text) ? undefined : Number(text);
}
