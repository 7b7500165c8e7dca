import * as z from "zod";
import { flag, number, text } from "../../values.js";
import { hostPath } from "../path.js";

const isRef = (name: string): boolean =>
  /^[^\s\0~^:?*[\\]+$/.test(name) && !/^[-/.]|\.\.|@\{|\/$|\.lock$|\/\.|\/\//.test(name);

const repository = () =>
  text().superRefine((url, issues) => {
    const problem = /[\s\0]/.test(url) || url.startsWith("-") || url === "" || url.includes("::");
    const isKnown = /^((https?|ssh|git|file):\/\/|\/|[A-Za-z0-9_.-]+@[A-Za-z0-9_.-]+:)/.test(url);
    if (problem || !isKnown)
      issues.addIssue({
        code: "custom",
        message: "is no URL of a repository; write https://…, ssh://…, user@host:path or an absolute path",
      });
  });

export const gitParams = z
  .strictObject({
    repo: repository()
      .optional()
      .describe("Where the repository is, seen from the host: a URL, `user@host:path`, or a path there."),
    name: repository().optional().describe("The same as `repo`."),
    dest: hostPath().describe("The folder of the working copy. The folder above must exist."),
    version: text()
      .refine(isRef, { error: "is no name of a branch, a tag or a commit" })
      .default("HEAD")
      .describe("A branch, a tag, or the full hash of a commit. `HEAD`: the remote's main branch."),
    remote: text()
      .refine((name) => isRef(name) && !name.includes("/"), { error: "is no name of a remote" })
      .default("origin")
      .describe("What the remote is called in the working copy."),
    depth: number(1)
      .pipe(z.number().int({ error: "must be a whole number" }))
      .optional()
      .describe("How many commits of history to fetch. Absent: all."),
    force: flag()
      .default(false)
      .describe("Throw away changes of tracked files. Without it such a working copy is an error."),
    update: flag().default(true).describe("false: leave a working copy that is there as it is."),
    clone: flag().default(true).describe("false: do not make a working copy where there is none."),
    recursive: flag()
      .default(true)
      .describe("Check out submodules too. Whether they are up to date is only looked at when something else changes."),
    accept_hostkey: flag()
      .default(false)
      .describe("Accept the key of an SSH server that is not known yet. One that has changed is refused even then."),
    accept_newhostkey: flag().default(false).describe("The same as `accept_hostkey`."),
    key_file: hostPath().optional().describe("A private key on the host for SSH. Absent: those of the acting user."),
  })
  .transform(({ repo, name, ...rest }, issues) => {
    const url = repo ?? name;
    if (url === undefined || (repo !== undefined && name !== undefined)) {
      issues.addIssue({
        code: "custom",
        message: url === undefined ? "needs repo" : "has both repo and name, which mean the same",
      });
      return z.NEVER;
    }
    return { ...rest, repo: url };
  });

export type GitParams = z.output<typeof gitParams>;
