import { hostError } from "../../../contract/error.js";
import type { Read } from "../../../contract/query.js";
import { anythingBelow } from "../../../probes/file-below.js";
import type { Destination } from "../destination.js";

/** What is there may only give way to a link when that was asked for, and never a folder with something in it. */
export async function refuseConversion(
  read: Read,
  { path, stat }: Destination,
  force: boolean,
  into: string,
): Promise<void> {
  const { entry } = stat;
  if (entry === null || entry.type === "link") return;
  const what = entry.type === "directory" ? "a folder" : "a file";
  if (!force) {
    throw hostError(`${path} is ${what}; it is not replaced by ${into}`, { remedy: "write force: true to replace it" });
  }
  if (entry.type === "directory" && (await read(anythingBelow(stat.real)))) {
    throw hostError(`${path} is a folder with something in it; it is not replaced by ${into}`, {
      remedy: "remove it in a task before (file: state=absent)",
    });
  }
}

/** `sh -c SCRIPT NAME SRC PATH`: makes the link beside the path and renames it, so that the path always leads somewhere. */
export function replaceScript(command: string): string {
  return [
    "t=${2%/*}/.fettle-link-$$",
    `${command} -- "$1" "$t" || exit`,
    'if [ -d "$2" ] && [ ! -L "$2" ]; then rmdir -- "$2" || { rm -f -- "$t"; exit 1; }; fi',
    // busybox takes a link to a folder for that folder, even with -T, when the new one leads to none.
    'if [ -L "$2" ] && [ -d "$2" ]; then mv -fT -- "$t" "$2" 2>/dev/null && exit; rm -f -- "$2"; fi',
    'mv -fT -- "$t" "$2" || { rm -f -- "$t"; exit 1; }',
  ].join("\n");
}
