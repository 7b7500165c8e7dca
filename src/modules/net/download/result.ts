import type { ChangeOutputs, TaskResult } from "../../../contract/module.js";
import type { StepResult } from "../../../contract/step.js";
import { endOf } from "../../../probes/file-stat.js";
import { decode } from "../../run/output.js";
import { shownAttributes } from "../../support/attributes.js";
import { writtenAttributes } from "../../support/write.js";
import { shownUrl } from "./shown-url.js";
import type { Download } from "./observe.js";
import type { DownloadParams } from "./params.js";

export const downloadReturns = {
  dest: "The file's path.",
  url: "Where it came from, without credentials and query.",
  mode: 'Permissions, as `"0644"`.',
  owner: "Name of the owner.",
  group: "Name of the group.",
  size: "Bytes. In a dry run only of a file that stays.",
  checksum_src: "SHA-1 of what was fetched, in hex. Only when it was.",
  elapsed: "Seconds that fetching took. Only when it was fetched.",
  msg: "What was done, in words.",
  backup_file: "The copy of the old file, when one was made.",
};

/** Ansible's keys, as far as they are known. */
export function downloadResult(
  outputs: readonly ChangeOutputs[] | undefined,
  given: DownloadParams,
  { destination, fetches, backupPath }: Download,
): TaskResult {
  const { entry } = endOf(destination.stat);
  const step = outputs?.[0]?.[0];
  const failed = step?.outcome.kind === "exited" && !step.outcome.ok;
  const [, size, elapsed, sha1] =
    /^(\d+) (\d+) ([0-9a-f]{40})$/m.exec(step === undefined ? "" : decode(step.stdout)) ?? [];
  const about = {
    dest: destination.path,
    url: shownUrl(given.url),
    ...shownAttributes(writtenAttributes({ destination, attributes: given, follow: !fetches })),
  };
  if (fetches && failed) return { ...about, changed: false, failed, msg: problem(step, given) };
  if (!fetches) return { ...about, size: entry?.sizeBytes ?? null, msg: "file already exists" };
  return {
    ...about,
    msg: size === undefined ? "will be downloaded" : `OK (${size} bytes)`,
    ...(size !== undefined && { size: Number(size), elapsed: Number(elapsed), checksum_src: sha1 }),
    ...(backupPath !== undefined && { backup_file: backupPath }),
  };
}

function problem({ stderr, outcome }: StepResult, { url }: DownloadParams): string {
  const said = decode(stderr, true).split("\n").at(-1);
  const cause =
    said === undefined || said === "" ? `exit status ${outcome.kind === "exited" ? outcome.code : "?"}` : said;
  return `${shownUrl(url)} was not downloaded: ${cause}`;
}
