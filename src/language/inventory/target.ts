import { inputError } from "../../contract/error.js";
import type { Scope } from "../../contract/play.js";
import type { Target } from "../../contract/transport.js";
import { placed } from "../source.js";
import { LOCALHOST } from "./host-names.js";
import { parseSshArgs } from "./ssh-args.js";

/** What the command line or the play says about logging in. */
export interface ConnectionDefaults {
  readonly user?: string;
  readonly privateKeyFile?: string;
  readonly password?: string;
  readonly becomePassword?: string;
  readonly transport?: "ssh2" | "local";
  readonly port?: number;
  /** As `ansible_ssh_common_args`, for hosts that have none of their own. */
  readonly sshCommonArgs?: string;
  readonly connectTimeoutMs: number;
}

const TRANSPORTS: Readonly<Record<string, Target["transport"]>> = {
  ssh: "ssh2",
  ssh2: "ssh2",
  smart: "ssh2",
  paramiko: "ssh2",
  paramiko_ssh: "ssh2",
  local: "local",
};

/** How to reach a host, by its variables; what they do not say is taken from the defaults. Throws an input error. */
export function targetOf(host: string, scope: Scope, defaults: ConnectionDefaults): Target {
  const read = reader(host, scope);
  const port = read.port("ansible_port", "ansible_ssh_port") ?? defaults.port;
  const user = read.text("ansible_user", "ansible_ssh_user") ?? defaults.user;
  const password = read.text("ansible_password", "ansible_ssh_pass", "ansible_ssh_password") ?? defaults.password;
  const key = read.text("ansible_ssh_private_key_file", "ansible_private_key_file") ?? defaults.privateKeyFile;
  const passphrase = read.text("ansible_private_key_passphrase", "ansible_ssh_private_key_passphrase");
  const becomePassword =
    read.text("ansible_become_password", "ansible_become_pass", "ansible_sudo_pass") ?? defaults.becomePassword;
  const args = [
    read.text("ansible_ssh_common_args") ?? defaults.sshCommonArgs ?? "",
    read.text("ansible_ssh_extra_args") ?? "",
  ].join(" ");
  const seconds = read.number("ansible_timeout", "ansible_ssh_timeout");
  return {
    name: host,
    transport: read.transport() ?? (isImplicitLocalhost(host, scope) ? "local" : (defaults.transport ?? "ssh2")),
    address: read.text("ansible_host", "ansible_ssh_host") ?? host,
    ...(port !== undefined && { port }),
    ...(user !== undefined && { user }),
    ...(password !== undefined && { password }),
    ...(key !== undefined && { privateKeyFile: key }),
    ...(passphrase !== undefined && { passphrase }),
    ...(becomePassword !== undefined && { becomePassword }),
    sshOptions: parseSshArgs(args, host),
    connectTimeoutMs: seconds === undefined ? defaults.connectTimeoutMs : seconds * 1000,
    becomeMethod: read.becomeMethod(),
  };
}

/** `localhost` that no inventory names is this machine, whatever the play says of its own hosts. */
function isImplicitLocalhost(host: string, scope: Scope): boolean {
  return LOCALHOST.includes(host) && (scope.get("group_names") as readonly string[]).length === 0;
}

/** Reads settings; `text` and `number` take the first name that is defined. */
function reader(host: string, scope: Scope) {
  const first = (names: readonly string[]): readonly [string, unknown] | undefined => {
    const name = names.find((one) => scope.has(one));
    return name === undefined ? undefined : [name, scope.get(name)];
  };
  const nameOf = (names: readonly string[]): string => first(names)?.[0] ?? "";
  const wrong = (name: string, value: unknown, wanted: string): Error => {
    const place = scope.placeOf?.(name);
    // Of a password neither the value nor its line is shown.
    if (/pass/.test(name))
      return inputError(`${name} of ${host} must be ${wanted}`, place === undefined ? {} : { place });
    return placed(
      inputError(`${name} of ${host} is ${JSON.stringify(value)}, and it must be ${wanted}`, {
        remedy: `write ${wanted}, or remove ${name}`,
      }),
      place,
    );
  };
  const text = (...names: string[]): string | undefined => {
    const [name = "", value] = first(names) ?? [];
    if (value === undefined || value === null) return undefined;
    if (typeof value !== "string" && typeof value !== "number") throw wrong(name, value, "a text");
    return String(value);
  };
  const number = (...names: string[]): number | undefined => {
    const value = text(...names);
    if (value !== undefined && !/^\d+$/.test(value)) throw wrong(nameOf(names), value, "a whole number");
    return value === undefined ? undefined : Number(value);
  };
  const port = (...names: string[]): number | undefined => {
    const value = number(...names);
    if (value !== undefined && (value < 1 || value > 65_535))
      throw wrong(nameOf(names), value, "a port from 1 to 65535");
    return value;
  };
  return {
    text,
    number,
    port,
    transport(): Target["transport"] | undefined {
      const name = text("ansible_connection");
      if (name === undefined) return undefined;
      const transport = TRANSPORTS[name];
      if (transport === undefined) throw wrong("ansible_connection", name, "ssh or local");
      return transport;
    },
    becomeMethod(): Target["becomeMethod"] {
      const method = text("ansible_become_method") ?? "sudo";
      if (method !== "sudo") throw wrong("ansible_become_method", method, "sudo (others are not supported yet)");
      return method;
    },
  };
}
