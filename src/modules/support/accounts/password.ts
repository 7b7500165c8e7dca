import type { ExecStep } from "../../../contract/step.js";
import type { Shadow } from "../../../probes/shadow.js";
import type { UserParams } from "./user-params.js";

type Given = Pick<UserParams, "password" | "password_lock" | "update_password">;

/** The password field that a new user gets; `!` is what useradd itself writes. */
export function firstPassword({ password, password_lock }: Given): string {
  if (password === undefined) return "!";
  return password_lock === true ? locked(password) : password;
}

export interface PasswordChange {
  readonly after: string;
  /** Whether only the lock changes, which usermod does without seeing the hash. */
  readonly lock: "-L" | "-U" | undefined;
}

/** As in Ansible a lock is no difference between two hashes; it changes only when it is asked for. */
export function passwordChange(was: Shadow, given: Given): PasswordChange | undefined {
  const { password, password_lock } = given;
  const hash = given.update_password === "always" ? password : undefined;
  if (hash !== undefined && bare(hash) !== bare(was.password)) {
    return {
      after: password_lock === true ? locked(hash) : password_lock === false ? bare(hash) : hash,
      lock: undefined,
    };
  }
  if (password_lock === true && !was.password.startsWith("!")) return { after: `!${was.password}`, lock: "-L" };
  // A user without any password cannot be unlocked: everybody could log in.
  if (password_lock === false && was.password.startsWith("!") && bare(was.password) !== "") {
    // usermod takes one mark away.
    return { after: bare(was.password), lock: was.password.startsWith("!!") ? undefined : "-U" };
  }
  return undefined;
}

/** The hash travels by stdin: everybody can read arguments. */
export function setPassword(name: string, hash: string): ExecStep {
  return { do: "exec", argv: ["chpasswd", "-e"], stdin: { kind: "bytes", bytes: Buffer.from(`${name}:${hash}\n`) } };
}

function bare(hash: string): string {
  return hash.replace(/^!+/, "");
}

function locked(hash: string): string {
  return hash.startsWith("!") ? hash : `!${hash}`;
}
