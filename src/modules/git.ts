import { defineModule } from "../contract/module.js";
import { decode } from "./run/output.js";
import { gitChanges } from "./support/git/change.js";
import { type GitState, observeGit, withoutLogin } from "./support/git/observe.js";
import { type GitParams, gitParams } from "./support/git/params.js";
import { linkMayTouch } from "./support/path-may-touch.js";

export const git = defineModule<GitParams, GitState>({
  name: "git",
  summary: "Check out a version of a git repository",
  description: [
    "The remote is asked where the version stands (`git ls-remote`), so that a dry run tells what an apply will do and",
    "nothing is fetched when all is there. A branch is checked out by its name and follows the remote, also when that was",
    "rewritten; a tag or a commit is checked out detached. Files that git does not know are left alone.",
    "",
    "A name and password in an https URL travel by the environment and are not kept in the working copy. Changes of",
    "tracked files are an error unless `force: true`. Unlike Ansible, `accept_hostkey` never accepts a key that has",
    "changed, the folder above `dest` must exist, and a commit must be written in full. Not supported: bare repositories,",
    "`verify_commit`, `archive`, `reference`, `refspec` and `separate_git_dir`.",
  ].join("\n"),
  class: "state",
  params: gitParams,
  returns: {
    before: "The commit that was checked out, or null.",
    after: "The commit that is checked out now, or will be. Null where a dry run cannot know it.",
    remote_url_changed: "Whether the remote got another URL. Absent: it did not.",
    dest: "The folder.",
  },
  waves: 5,
  examples: [
    {
      name: "A tag",
      yaml: "- name: the app\n  git:\n    repo: https://git.example.com/app.git\n    dest: /srv/app\n    version: v1.4.2\n    depth: 1",
    },
    {
      name: "A branch, with a deploy key",
      yaml: [
        "- name: the site",
        "  git:",
        "    repo: git@git.example.com:site.git",
        "    dest: /srv/site",
        "    version: main",
        "    key_file: /etc/deploy/key",
        "    accept_newhostkey: true",
      ].join("\n"),
    },
  ],
  observe: observeGit,
  diff: gitChanges,
  mayTouch: ({ dest }) => linkMayTouch(dest),
  result: (outputs, given, { head, target }) => {
    const step = outputs?.[0]?.[0];
    const failed = step?.outcome.kind === "exited" && !step.outcome.ok;
    const real = step === undefined || failed ? undefined : /^[0-9a-f]{40,64}$/m.exec(decode(step.stdout))?.[0];
    const isMoved = head !== null && target !== undefined && head.url !== null && head.url !== withoutLogin(given.repo);
    return {
      dest: given.dest,
      before: head?.commit ?? null,
      after: failed ? (head?.commit ?? null) : (real ?? target?.commit ?? head?.commit ?? null),
      ...(isMoved && { remote_url_changed: true }),
      ...(failed && { failed, msg: decode(step.stderr, true).split("\n").slice(-5).join("; ") }),
    };
  },
});
