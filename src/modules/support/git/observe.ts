import { hostError } from "../../../contract/error.js";
import { type Read, Unknown } from "../../../contract/query.js";
import { anythingBelow } from "../../../probes/file-below.js";
import { endOf } from "../../../probes/file-stat.js";
import { gitHead, type GitHead, gitModified, gitTracked } from "../../../probes/git.js";
import { gitRemote, type GitRemote } from "../../../probes/git-remote.js";
import { program } from "../../../probes/program.js";
import { type Destination, folderEntry, readDestination, requireFolder, requireTrustedWay } from "../destination.js";
import { requireWritable } from "../permission.js";
import { accessOf } from "./access.js";
import type { GitParams } from "./params.js";

/** What shall be checked out. */
export interface Target {
  /** undefined: in a dry run, on a host without git yet. */
  readonly commit: string | undefined;
  /** A branch is checked out by its name, everything else by its commit. */
  readonly ref: { readonly kind: "branch" | "tag"; readonly name: string } | { readonly kind: "commit" };
}

export interface GitState {
  readonly destination: Destination;
  readonly head: GitHead | null;
  /** Tracked files that somebody has changed. */
  readonly modified: readonly string[];
  /** undefined: there is nothing to check out. */
  readonly target: Target | undefined;
}

export async function observeGit(read: Read, given: GitParams): Promise<GitState> {
  const [destination, git] = await Promise.all([readDestination(read, given.dest, {}), read.maybe(program("git"))]);
  if (git === null) throw hostError("the host has no git", { remedy: "install it in a task before (apt: name=git)" });
  const { entry, real } = endOf(destination.stat);
  if (entry !== null && entry.type !== "directory") throw hostError(`${given.dest} is no folder`);
  const key = { dest: real, remote: given.remote };
  const head = entry === null ? null : await read(gitHead(key));
  if (head === null ? !given.clone : !given.update) return { destination, head, modified: [], target: undefined };
  if (head === null) await requirePlace(read, destination);
  const [modified, remote] = await Promise.all([
    head === null ? [] : readModified(read, key),
    askRemote(read, given, git instanceof Unknown),
  ]);
  if (modified.length > 0 && !given.force)
    throw hostError(`in ${given.dest} somebody has changed ${modified.slice(0, 5).join(", ")}`, {
      remedy: "keep that elsewhere, or write force: true to throw it away",
    });
  return { destination, head, modified, target: targetOf(remote, given) };
}

/** A working copy is made where there is nothing, or an empty folder. */
async function requirePlace(read: Read, destination: Destination): Promise<void> {
  const { stat, lane, path } = destination;
  const { entry, real, links } = endOf(stat);
  requireTrustedWay(destination, { entry, real, links });
  if (entry !== null) {
    if (await read(anythingBelow(real)))
      throw hostError(`${path} is a folder with something in it, and no working copy of git`, {
        remedy: "remove it in a task before (file: state=absent), or name another dest",
      });
    await requireWritable(read, lane, entry, `${real}/.git`);
    return;
  }
  requireFolder(destination);
  await requireWritable(read, lane, folderEntry(destination), real);
}

/** Hangs on each tracked file: a task before may write one. */
async function readModified(read: Read, key: { dest: string; remote: string }): Promise<readonly string[]> {
  const [modified, tracked] = await Promise.all([read(gitModified(key)), read.maybe(gitTracked(key))]);
  // What git checks out is as git has it; which files these are is then not known.
  const byGit = tracked instanceof Unknown && tracked.cause.query?.probe.kind.startsWith("git") === true;
  // eslint-disable-next-line @typescript-eslint/only-throw-error -- An Unknown is let through as it is.
  if (tracked instanceof Unknown && !byGit) throw tracked;
  return modified;
}

/** undefined: in a dry run, git comes only by an earlier task. */
async function askRemote(read: Read, given: GitParams, isComing: boolean): Promise<GitRemote | undefined> {
  const { url, environment } = accessOf(given, "look");
  if (isComing) return undefined;
  const answer = await read(gitRemote({ url, version: given.version, environment }));
  if (!("problem" in answer)) return answer;
  const isUnknownHost = answer.problem.includes("Host key verification failed") && !given.accept_hostkey;
  throw hostError(`git cannot ask ${url}: ${answer.problem}`, {
    ...(isUnknownHost && { remedy: "when its key is only not known yet, write accept_newhostkey: true" }),
  });
}

function targetOf(remote: GitRemote | undefined, { version, repo }: GitParams): Target {
  if (remote === undefined) return { commit: undefined, ref: { kind: "commit" } };
  const { refs, main } = remote;
  const [branch, tag, other] = [refs[`refs/heads/${version}`], refs[`refs/tags/${version}`], refs[version]];
  if (version === "HEAD" && other !== undefined)
    return { commit: other, ref: main === null ? { kind: "commit" } : { kind: "branch", name: main } };
  if (branch !== undefined) return { commit: branch, ref: { kind: "branch", name: version } };
  if (tag !== undefined) return { commit: tag, ref: { kind: "tag", name: version } };
  if (version.startsWith("refs/") && other !== undefined) return { commit: other, ref: { kind: "commit" } };
  if (/^([0-9a-f]{40}|[0-9a-f]{64})$/.test(version)) return { commit: version, ref: { kind: "commit" } };
  const isShort = /^[0-9a-f]{4,39}$/.test(version);
  throw hostError(`${withoutLogin(repo)} has no branch and no tag ${version}`, {
    ...(isShort && { remedy: "a commit must be written in full: 40 digits" }),
  });
}

export function withoutLogin(repo: string): string {
  return repo.replace(/^(https?:\/\/)[^/@]*@/, "$1");
}
