import { FettleError } from "../../contract/error.js";
import { fingerprint, type KeyVerdict, keyType } from "./known-hosts.js";
import type { SshSettings } from "./settings.js";

function unreachable(cause: string, remedy: string, detail?: string): FettleError {
  return new FettleError({
    kind: "unreachable",
    cause,
    remedy,
    ...(detail !== undefined && detail !== "" && { detail }),
  });
}

/** Why a host's key is not believed; undefined when it is. */
export function hostKeyError(verdict: KeyVerdict, key: Buffer, settings: SshSettings): FettleError | undefined {
  const { name, address, port } = settings;
  const offered = `${keyType(key)} ${fingerprint(key)}`;
  const scan = `ssh-keyscan ${port === 22 ? "" : `-p ${port} `}${address}`;
  switch (verdict.kind) {
    case "known":
      return undefined;
    case "unknown":
      return unreachable(
        `the host key of ${name} (${offered}) is not known`,
        `compare the fingerprint, then add it: ${scan} >> ${settings.knownHostsFiles[0] ?? "~/.ssh/known_hosts"}; or trust first use: --ssh-common-args '-o StrictHostKeyChecking=accept-new'`,
      );
    case "changed":
      return unreachable(
        `the host key of ${name} has changed: it offers ${offered}, but ${verdict.where} has another`,
        `somebody else may be answering; when the host was installed anew, remove that line and add the new key`,
      );
    case "revoked":
      return unreachable(
        `the host key of ${name} (${offered}) is revoked by ${verdict.where}`,
        "give the host a new key",
      );
    case "authority":
      return unreachable(
        `the host key of ${name} is vouched for by a certificate authority (${verdict.where}), and host certificates are not supported`,
        `add the host's own key: ${scan}`,
      );
    default:
      return verdict satisfies never;
  }
}

/** What ssh2 and the system say, as one cause each with its remedy. */
export function loginError(
  error: Error & { code?: string; level?: string },
  settings: SshSettings,
  tried: readonly string[],
): FettleError {
  if (error instanceof FettleError) return error;
  const { name, address, port, user } = settings;
  const at = `${name} (${address}:${port})`;
  switch (error.code) {
    case "ENOTFOUND":
    case "EAI_AGAIN":
      return unreachable(`${address}, the address of ${name}, cannot be resolved`, "check ansible_host and DNS");
    case "ECONNREFUSED":
      return unreachable(`${at} refuses connections`, "is sshd running there, and on this port (ansible_port)?");
    case "EHOSTUNREACH":
    case "ENETUNREACH":
      return unreachable(`there is no route to ${at}`, "check the address and the network");
    case "ETIMEDOUT":
      return unreachable(`${at} does not answer`, "check the address, the firewall and whether the host is up");
    default:
  }
  if (error.level === "client-timeout" || /Timed out while waiting/.test(error.message)) {
    return unreachable(
      `${at} does not answer within ${settings.connectTimeoutMs / 1000} s`,
      "check that it is up, or give it longer (-T)",
    );
  }
  if (error.level === "client-authentication") {
    const list = tried.length === 0 ? "nothing to log in with was found" : `tried: ${tried.join(", ")}`;
    return unreachable(
      `${user} may not log in to ${name}: ${list}`,
      "name the user (-u, ansible_user) and the key (--private-key, ansible_ssh_private_key_file), or add the key to an agent",
    );
  }
  if (/no matching/i.test(error.message))
    return unreachable(`${at} and fettle have no algorithm in common`, "update the SSH server", error.message);
  if (
    /Connection lost before handshake|ECONNRESET|closed|socket hang up/i.test(error.message) ||
    error.code === "ECONNRESET"
  ) {
    return unreachable(
      `${at} closed the connection during the login`,
      "the server may be overloaded (MaxStartups) or refuse this address",
      error.message,
    );
  }
  return unreachable(`cannot log in to ${at}: ${error.message}`, "try `ssh -v` to the same host");
}
