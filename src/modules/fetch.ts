import * as z from "zod";
import type { Change } from "../contract/change.js";
import { hostError } from "../contract/error.js";
import { defineModule, type Local } from "../contract/module.js";
import type { Read } from "../contract/query.js";
import { fileHash } from "../probes/file-hash.js";
import { endOf, fileStat } from "../probes/file-stat.js";
import { fileText } from "../probes/file-text.js";
import { sha1, sha256 } from "./support/content.js";
import { hostPath } from "./support/path.js";
import { flag, text } from "./values.js";

const params = z.strictObject({
  src: hostPath()
    .refine((path) => !path.split("/").includes(".."), {
      error: "holds .., which has no place below dest; write the path without",
    })
    .refine((path) => path !== "/", { error: "is no file" })
    .describe("The file on the host. Folders are not fetched."),
  dest: text()
    .refine((path) => path !== "" && !path.includes("\0"), { error: "is empty" })
    .describe("The folder on the controller, in which the file gets the path HOST/SRC. Relative: beside the playbook."),
  flat: flag()
    .default(false)
    .describe("`dest` is the file itself; when it ends with /, the folder in which the file keeps its name."),
  fail_on_missing: flag().default(true).describe("Whether it is a failure when the host has no such file."),
  validate_checksum: flag()
    .default(true)
    .describe("What arrives must have the hash that the host said. false: for files that grow meanwhile."),
});

type FetchParams = z.output<typeof params>;

/** null: the host has no such file. */
type Fetched = {
  readonly path: string;
  readonly to: string;
  readonly isSame: boolean;
  readonly sizeBytes: number;
  readonly mode: number;
  readonly sha256: string;
  /** Of a big file they are not read until they are written. */
  readonly bytes?: Buffer;
} | null;

export const fetchModule = defineModule<FetchParams, Fetched>({
  name: "fetch",
  summary: "Bring a file of the host to the controller",
  description: [
    "Files of any size, in constant memory; the old file stays until the new one is whole and has the right hash. The new one",
    "can be read by others only when it can be on the host. Hosts whose names are no names for a folder are refused.",
    "",
    "In a dry run nothing is written: what later tasks make of what would have come is unknown. Several hosts with `flat` and",
    "one `dest` overwrite each other's file.",
  ].join("\n"),
  class: "state",
  params,
  waves: 2,
  returns: {
    dest: "The file on the controller.",
    src: "The file on the host.",
    checksum: "SHA-1 of the content, in hex. Not for files above 256 KiB.",
    remote_checksum: "The same.",
    sha256: "SHA-256 of the content, in hex.",
    msg: "Why nothing was fetched, without `fail_on_missing`.",
  },
  examples: [
    {
      name: "Below a folder for each host",
      yaml: "- name: its certificate\n  fetch:\n    src: /etc/ssl/certs/site.pem\n    dest: fetched",
    },
    {
      name: "One file, where it is said",
      yaml: "- name: the newest dump\n  fetch:\n    src: /var/backups/site.sql.gz\n    dest: backups/<%= inventory_hostname %>.sql.gz\n    flat: true",
    },
  ],
  writesHere: (given) => (host) => placeOf(given, host),
  observe,
  diff: (found, given) => (found === null || found.isSame ? [] : [change(found, given)]),
  result: (_outputs, { src }, found) => {
    if (found === null) return { src, msg: "the remote file does not exist, not transferring, ignored" };
    const sum = found.bytes === undefined ? null : sha1(found.bytes);
    return { src, dest: found.to, checksum: sum, remote_checksum: sum, sha256: found.sha256 };
  },
});

async function observe(read: Read, given: FetchParams, local: Local): Promise<Fetched> {
  const { src } = given;
  const [content, stat] = await Promise.all([read(fileText(src)), read(fileStat(src))]);
  if (content.kind === "absent") {
    if (given.fail_on_missing) throw hostError(`${src} does not exist`, { remedy: "or write fail_on_missing: false" });
    return null;
  }
  const { entry } = endOf(stat);
  if (content.kind === "none" || entry === null || entry.sizeBytes === null) {
    throw hostError(`${src} is a folder or a device, not a file`, { remedy: "fetch an archive of the folder" });
  }
  const path = content.real;
  const hash =
    content.kind === "bytes"
      ? sha256(content.bytes)
      : await read(fileHash({ path, algorithm: "sha256", cost: "dear" }));
  if (hash === null) throw hostError(`${src} cannot be read`);
  const target = await local.target((host) => placeOf(given, host));
  return {
    path,
    to: target.path,
    isSame: (await target.sha256()) === hash,
    sizeBytes: content.kind === "bytes" ? content.bytes.length : entry.sizeBytes,
    mode: 0o600 | (entry.mode & 0o044),
    sha256: hash,
    ...(content.kind === "bytes" && { bytes: content.bytes }),
  };
}

function placeOf({ src, dest, flat }: FetchParams, host: string): string {
  if (!flat) return `${dest.replace(/\/+$/, "") || (dest.startsWith("/") ? "/" : ".")}/${host}${src}`;
  return dest.endsWith("/") ? `${dest}${src.slice(src.lastIndexOf("/") + 1)}` : dest;
}

function change(found: NonNullable<Fetched>, { src, validate_checksum: checks }: FetchParams): Change {
  const { path, to, sizeBytes, mode, bytes, sha256: hash } = found;
  return {
    summary: `fetch ${src} to ${to}`,
    // Tasks ahead may have looked for the file here.
    effects: [{ kind: "waited" }],
    steps: [
      {
        ...{ do: "fetch", path, to, sizeBytes, mode },
        ...(checks && { sha256: hash }),
        ...(bytes !== undefined && { bytes }),
      },
    ],
  };
}
