import { readFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import ssh2, { type AnyAuthMethod, type AuthHandlerMiddleware, type ParsedKey } from "ssh2";
import { FettleError } from "../../contract/error.js";
import type { SshSettings } from "./settings.js";

const USUAL = ["id_ed25519", "id_ecdsa", "id_rsa"];

/** What is tried to log in, in OpenSSH's order, and what was left out with its reason: for the error. */
export interface Identities {
  readonly handler: AuthHandlerMiddleware;
  /** What was really tried, in words. Grows while the login runs. */
  readonly tried: string[];
  readonly agent?: string;
}

export function identities(settings: SshSettings): Identities {
  const tried: string[] = [];
  const agent = agentSocket(settings);
  const queue = attempts(settings, agent, tried);
  const handler: AuthHandlerMiddleware = (left, _partial, next) => {
    for (;;) {
      const attempt = queue.shift();
      if (attempt === undefined) {
        next(false as never);
        return;
      }
      // `left` is null before the server has said what it takes.
      const kind = attempt.method.type === "agent" ? "publickey" : attempt.method.type;
      if ((left as string[] | null) !== null && kind !== "none" && !left.includes(kind)) continue;
      if (attempt.says !== "") tried.push(attempt.says);
      next(attempt.method);
      return;
    }
  };
  return { handler, tried, ...(agent !== undefined && { agent }) };
}

interface Attempt {
  readonly method: AnyAuthMethod;
  readonly says: string;
}

function attempts(settings: SshSettings, agent: string | undefined, tried: string[]): Attempt[] {
  const { user: username, password } = settings;
  const list: Attempt[] = [{ method: { type: "none", username }, says: "" }];
  const named = settings.identityFiles.map((file) => keyAttempt(file, settings, tried, agent === undefined));
  // Named keys go first: an agent full of others would use up the server's patience (MaxAuthTries).
  list.push(...named.filter((one) => one !== undefined));
  if (agent !== undefined && !settings.identitiesOnly) {
    list.push({ method: { type: "agent", username, agent }, says: `the agent's keys (${agent})` });
  }
  if (settings.identityFiles.length === 0) {
    const usual = USUAL.map((name) => keyAttempt(join(homedir(), ".ssh", name), settings, [], false));
    list.push(...usual.filter((one) => one !== undefined));
  }
  if (password !== undefined) {
    list.push({ method: { type: "password", username, password }, says: "the password" });
    const prompt = (
      _n: string,
      _i: string,
      _l: string,
      prompts: readonly unknown[],
      finish: (answers: string[]) => void,
    ): void => finish(prompts.map(() => password));
    list.push({
      method: { type: "keyboard-interactive", username, prompt: prompt },
      says: "the password (keyboard-interactive)",
    });
  }
  return list;
}

/** A key that the user named must be usable; one of the usual places need not be there. */
function keyAttempt(file: string, settings: SshSettings, tried: string[], mustWork: boolean): Attempt | undefined {
  let text: Buffer;
  try {
    text = readFileSync(file);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    tried.push(`${file} (${code === "ENOENT" ? "not there" : (code ?? "unreadable")})`);
    return undefined;
  }
  const key = ssh2.utils.parseKey(text, settings.passphrase) as ParsedKey | ParsedKey[] | Error;
  const { user: username } = settings;
  if (!(key instanceof Error))
    return {
      method: { type: "publickey", username, key: Array.isArray(key) ? (key[0] as ParsedKey) : key },
      says: file,
    };
  if (!isEncrypted(text)) {
    tried.push(`${file} (${key.message})`);
    return undefined;
  }
  if (mustWork) throw locked(file, settings);
  tried.push(`${file} (${settings.passphrase === undefined ? "encrypted; ssh-add it" : "its passphrase is another"})`);
  return undefined;
}

function isEncrypted(text: Buffer): boolean {
  const key = ssh2.utils.parseKey(text) as ParsedKey | ParsedKey[] | Error;
  return key instanceof Error && /passphrase|encrypted/i.test(key.message);
}

function locked(file: string, { name, passphrase }: SshSettings): FettleError {
  const [cause, first] =
    passphrase === undefined
      ? [`the key ${file} for ${name} is encrypted`, "give its passphrase in ansible_private_key_passphrase"]
      : [`the passphrase for the key ${file} for ${name} is wrong`, "check ansible_private_key_passphrase"];
  return new FettleError({ kind: "unreachable", cause, remedy: `${first}, or add it to an agent: ssh-add ${file}` });
}

function agentSocket({ identityAgent }: SshSettings): string | undefined {
  if (identityAgent === "none") return undefined;
  return identityAgent ?? process.env["SSH_AUTH_SOCK"];
}
