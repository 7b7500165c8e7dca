import { defineProbe } from "../contract/query.js";
import type { Subject } from "../contract/subject.js";
import { Cursor, decoded, orFailure, quote } from "./shell.js";

export interface GitRemoteKey {
  readonly url: string;
  /** A branch, a tag, or a whole name as `refs/…`; `HEAD`: what the remote has checked out. */
  readonly version: string;
  /** How git gets in; it may be secret. */
  readonly environment: Readonly<Record<string, string>>;
}

/** Where a remote's references stand. */
export interface GitRemote {
  /** The branch that the remote takes for its main one; null: it says none. */
  readonly main: string | null;
  /** Names as `refs/heads/main` and their commits; of a tag with a message the commit that it is for. */
  readonly refs: Readonly<Record<string, string>>;
}

/** Why it cannot be asked, in the words of git or ssh. */
export interface GitProblem {
  readonly problem: string;
}

/** Asks a remote for a version. Nothing is fetched, and no host key is remembered. */
export const gitRemote = defineProbe<GitRemoteKey, GitRemote | GitProblem>({
  kind: "gitRemote",
  identify: ({ url, version, environment }) => JSON.stringify([url, version, environment]),
  subjects: ({ url }) => [
    ...["/usr/bin/git", "/usr/local/bin/git"].map((path): Subject => `file:${path}`),
    ...(url.startsWith("/") ? [`file:${url}` as const, `file:${url}/**` as const] : []),
  ],
  cost: "dear",
  script: (keys) => ({
    text: keys
      .map(({ url, version, environment }) => {
        const set = Object.entries(environment).map(([name, value]) => `export ${name}=${quote(value)}\n`);
        const refs = ["HEAD", version, `refs/heads/${version}`, `refs/tags/${version}`, `refs/tags/${version}^{}`];
        const call = `git ls-remote --symref -- ${quote(url)} ${[...new Set(refs)].map(quote).join(" ")}`;
        return `( ${set.join("")}{ ${call} 2>&3; } 3>&1; printf '\\0%s\\0' "$?" )\n`;
      })
      .join(""),
  }),
  parse: (output, keys) => {
    const cursor = new Cursor(output);
    return keys.map(() => orFailure(() => readRemote(cursor)));
  },
});

function readRemote(cursor: Cursor): GitRemote | GitProblem {
  const lines = decoded(cursor.until("\0")).split("\n");
  const status = cursor.until("\0");
  if (status !== "0") {
    const said = lines.filter((line) => /^(fatal|error|ssh|Host key|git@|\S+@\S+: )/.test(line));
    return { problem: said.find((line) => !line.includes("Could not read from remote")) ?? said[0] ?? "git failed" };
  }
  const refs: Record<string, string> = {};
  let main: string | null = null;
  for (const line of lines) {
    const symref = /^ref: refs\/heads\/(\S+)\tHEAD$/.exec(line)?.[1];
    if (symref !== undefined) main = symref;
    const [, commit = "", name = ""] = /^([0-9a-f]{40,64})\t(\S+)$/.exec(line) ?? [];
    // The line of what a tag is for comes after the tag's own.
    if (name !== "") refs[name.replace(/\^\{\}$/, "")] = commit;
  }
  return { main, refs };
}
