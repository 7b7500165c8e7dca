import * as z from "zod";
import { defineModule } from "../contract/module.js";
import type { Read } from "../contract/query.js";
import { type Facts, type FactsKey, fileFacts, maxHashedBytes } from "../probes/file-facts.js";
import { fileHash } from "../probes/file-hash.js";
import { hostPath, oneOf } from "./support/path.js";
import { statKeys } from "./support/stat/keys.js";
import { flag } from "./values.js";

const algorithm = () =>
  z.enum(["md5", "sha1", "sha224", "sha256", "sha384", "sha512"], {
    error: "must be md5, sha1, sha224, sha256, sha384 or sha512",
  });

const params = z
  .strictObject({
    path: hostPath().optional().describe("What to look at."),
    dest: hostPath().optional().describe("The same as path."),
    name: hostPath().optional().describe("The same as path."),
    follow: flag().default(false).describe("true: look at what a symbolic link leads to."),
    get_checksum: flag().default(true).describe("Whether to hash a regular file."),
    checksum_algorithm: algorithm().default("sha1").describe("Which hash."),
    get_mime: flag().default(false).describe("Taken so that playbooks for Ansible run; MIME types are never told."),
    get_attributes: flag().default(false).describe("Taken so that playbooks for Ansible run; they are never told."),
  })
  .transform(({ path, dest, name, ...rest }, issues) => {
    const found = oneOf({ path, dest, name });
    if ("value" in found) return { ...rest, path: found.value };
    issues.addIssue({ code: "custom", message: found.problem });
    return z.NEVER;
  });

type StatParams = z.output<typeof params>;

interface StatState {
  readonly facts: Facts | null;
  readonly checksum?: string;
}

export const stat = defineModule<StatParams, StatState>({
  name: "stat",
  summary: "Look at a file, folder or link",
  description: [
    "Nothing is changed. Where nothing is there, `stat.exists` is false and there are no other keys. Times are whole seconds.",
    `A file above ${maxHashedBytes / 1024 / 1024} MiB is hashed only at the task's turn.`,
  ].join("\n"),
  class: "read",
  params,
  returns: {
    "stat.exists": "Whether anything is there.",
    "stat.isdir, isreg, islnk, isblk, ischr, isfifo, issock": "What it is.",
    "stat.mode": 'Permissions, as `"0644"`. Single bits too: `rusr`, `wusr`, `xusr`, `rgrp` …, `isuid`, `isgid`.',
    "stat.size": "Bytes.",
    "stat.uid, gid": "Numbers of owner and group.",
    "stat.pw_name, gr_name": "Their names. Absent where a number has none.",
    "stat.mtime, atime, ctime": "Times, in seconds since 1970.",
    "stat.nlink, inode, dev": "Number of names, inode and device.",
    "stat.readable, writeable, executable": "What the acting user may do.",
    "stat.lnk_target": "The text in a symbolic link.",
    "stat.lnk_source": "The path that a symbolic link leads to in the end.",
    "stat.checksum": "Hash of a regular file that can be read.",
    "stat.path": "The path.",
  },
  waves: 2,
  examples: [
    {
      name: "Whether a file is there",
      yaml: "- name: look for a key\n  stat:\n    path: /etc/app/key\n  register: key",
    },
    {
      name: "A file's hash",
      yaml: "- name: which version\n  stat:\n    path: /opt/app/app.jar\n    follow: true\n    checksum_algorithm: sha256\n  register: jar",
    },
  ],
  observe,
  diff: () => [],
  result: (_outputs, given, { facts, checksum }) => ({ changed: false, stat: statKeys(given.path, facts, checksum) }),
});

async function observe(read: Read, given: StatParams): Promise<StatState> {
  const { path, follow, get_checksum, checksum_algorithm } = given;
  const key: FactsKey = { path, follow, ...(get_checksum && { algorithm: checksum_algorithm }) };
  const { real, facts } = await read(fileFacts(key));
  if (facts === null || !get_checksum) return { facts };
  const isRegular = (facts.rawMode & 0o170000) === 0o100000;
  const isLeft = facts.hash === undefined && isRegular && facts.readable && facts.sizeBytes > maxHashedBytes;
  const checksum = isLeft
    ? await read(fileHash({ path: real, algorithm: checksum_algorithm, cost: "dear" }))
    : facts.hash;
  return { facts, ...(checksum !== undefined && checksum !== null && { checksum }) };
}
