import { randomBytes } from "node:crypto";
import { type FettleError, hostError } from "../contract/error.js";
import type { LaneKey, Target } from "../contract/transport.js";
import { BOOTSTRAP } from "./bootstrap.js";
import { quote, quoteAll } from "./quote.js";

/** How a lane is opened: the command, and the prompt at which its password is asked for. */
export interface LaneCommand {
  readonly command: string;
  /** A text that nobody can guess: the password is sent only after it was seen. */
  readonly prompt?: string;
}

/** The command that opens a lane. The login user's own lane needs no sudo. */
export function laneCommand(lane: LaneKey, target: Target, loginUser: string | undefined): LaneCommand {
  const shell = `exec /bin/sh -c ${quote(BOOTSTRAP)}`;
  const user = lane.becomeUser;
  if (user === undefined || user === loginUser) return { command: shell };
  if (user.startsWith("-")) throw hostError(`${JSON.stringify(user)} is not a user's name`);
  const prompt = `fettle-${randomBytes(12).toString("hex")}:`;
  if (target.becomeMethod !== "sudo") {
    throw hostError(`become_method "${target.becomeMethod}" is not supported on ${target.name}`, {
      remedy: "use sudo",
    });
  }
  const words = ["sudo", "-H", "-S", "-p", prompt, "-u", user, "--", "/bin/sh", "-c", BOOTSTRAP];
  return { command: `exec ${quoteAll(words)}`, prompt };
}

/** What sudo says in its own words, as one cause each with its remedy. */
export function becomeError(said: string, lane: LaneKey, target: Target): FettleError {
  const user = lane.becomeUser ?? "root";
  const who = target.user ?? "the login user";
  const detail = said.trim();
  const error = (cause: string, remedy: string): FettleError =>
    hostError(cause, { remedy, ...(detail !== "" && { detail }) });
  if (/command not found|unknown command|sudo: not found|No such file/i.test(said)) {
    return error(
      `there is no sudo on ${target.name}`,
      "install sudo, or log in as the user that is to do the work (-u root)",
    );
  }
  if (/unknown user/.test(said))
    return error(`there is no user "${user}" on ${target.name}`, "create it in an earlier task, or check become_user");
  if (/must have a tty/.test(said))
    return error(`sudo on ${target.name} wants a terminal (requiretty)`, "remove requiretty from its sudoers");
  if (/not in the sudoers|not allowed to/.test(said)) {
    return error(
      `${who} may not become "${user}" on ${target.name}`,
      `allow it in the sudoers of ${target.name}, or use another login user (-u)`,
    );
  }
  return error(`cannot become "${user}" on ${target.name}`, "try `sudo -u` by hand on the host");
}

export function passwordMissing(lane: LaneKey, target: Target): FettleError {
  return hostError(`sudo on ${target.name} asks for a password to become "${lane.becomeUser ?? "root"}"`, {
    remedy: "give it with -K (--ask-become-pass) or ansible_become_password",
  });
}

export function passwordWrong(target: Target): FettleError {
  return hostError(`sudo: wrong password for user "${target.user ?? "the login user"}" on ${target.name}`, {
    remedy: "check -K (--ask-become-pass) or ansible_become_password",
  });
}
