import type { GitParams } from "./params.js";

/** How git reaches a repository. */
export interface Access {
  /** Without a password: that travels by the environment, and does not stay in the working copy. */
  readonly url: string;
  readonly environment: Readonly<Record<string, string>>;
}

/** Answers git's question for a login from the environment, which no process list shows. */
const HELPER =
  '!f() { test "$1" = get && printf "username=%s\\npassword=%s\\n" "$FETTLE_GIT_USER" "$FETTLE_GIT_PASSWORD"; }; f';

/** `look`: nothing is to be written, so a new host key is not remembered. */
export function accessOf(given: GitParams, purpose: "look" | "fetch"): Access {
  const login = /^https?:/.test(given.repo) ? new URL(given.repo) : undefined;
  const plain = { GIT_TERMINAL_PROMPT: "0", GIT_SSH_COMMAND: sshCommand(given, purpose), LC_ALL: "C" };
  if (login === undefined || login.username === "") return { url: given.repo, environment: plain };
  const secret = {
    GIT_CONFIG_COUNT: "2",
    GIT_CONFIG_KEY_0: "credential.helper",
    GIT_CONFIG_VALUE_0: "",
    GIT_CONFIG_KEY_1: "credential.helper",
    GIT_CONFIG_VALUE_1: HELPER,
    FETTLE_GIT_USER: decodeURIComponent(login.username),
    FETTLE_GIT_PASSWORD: decodeURIComponent(login.password),
  };
  login.username = "";
  login.password = "";
  return { url: login.href, environment: { ...plain, ...secret } };
}

function sshCommand({ key_file: key, ...given }: GitParams, purpose: "look" | "fetch"): string {
  const isNewTaken = given.accept_hostkey || given.accept_newhostkey;
  // ssh writes a new key to the first of several files, and reads all.
  const known = purpose === "look" ? ["-o", '"UserKnownHostsFile=/dev/null ~/.ssh/known_hosts"'] : [];
  return [
    "ssh -o BatchMode=yes -o ConnectTimeout=20",
    `-o StrictHostKeyChecking=${isNewTaken ? "accept-new" : "yes"}`,
    ...(isNewTaken ? known : []),
    ...(key === undefined ? [] : [`-o IdentitiesOnly=yes -i '${key.replaceAll("'", "'\\''")}'`]),
  ].join(" ");
}
