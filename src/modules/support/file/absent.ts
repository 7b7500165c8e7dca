import { becomes, type Change, disturbs } from "../../../contract/change.js";
import { type Read, Unknown } from "../../../contract/query.js";
import { anythingBelow } from "../../../probes/file-below.js";
import { requireWritable } from "../permission.js";
import { laneUser } from "../../../probes/lane-user.js";
import { endOf, fileStat, type FileStat } from "../../../probes/file-stat.js";
import { fileText } from "../../../probes/file-text.js";
import { entriesSubject, parentOf } from "../../../probes/file-way.js";
import type { FileParams } from "./params.js";

export interface Absent {
  readonly kind: "absent";
  readonly stat: FileStat;
}

export async function observeAbsent(read: Read, given: Pick<FileParams, "path">): Promise<Absent> {
  const [stat, folder, lane] = await Promise.all([
    read(fileStat(given.path)),
    read.maybe(fileStat(parentOf(given.path))),
    read(laneUser(null)),
  ]);
  if (stat.entry !== null && !(folder instanceof Unknown)) {
    await requireWritable(read, lane, endOf(folder).entry, stat.real);
  }
  return { kind: "absent", stat };
}

/** Removes the entry itself: a symbolic link, not what it leads to. */
export function absentChanges({ stat }: Absent, { path }: Pick<FileParams, "path">): readonly Change[] {
  const { real, entry } = stat;
  if (entry === null) return [];
  const isFolder = entry.type === "directory";
  return [
    {
      summary: `remove ${path}`,
      title: path,
      before: { state: entry.type },
      after: { state: "absent" },
      effects: [
        becomes(fileText(real), { real, links: [], kind: "absent" }),
        becomes(fileStat(real), { real, links: [], entry: null }),
        becomes(anythingBelow(real), false),
        disturbs(entriesSubject(parentOf(real))),
        ...(entry.shared ? [disturbs("file:*")] : []),
      ],
      steps: [{ do: "exec", argv: ["rm", isFolder ? "-rf" : "-f", "--", real] }],
    },
  ];
}
