import { bothNames } from "../both-names.js";
import { becomes, type Change, disturbs } from "../../../contract/change.js";
import type { Read } from "../../../contract/query.js";
import { anythingBelow } from "../../../probes/file-below.js";
import { readThroughLinks } from "../through-links.js";
import { fileStat, type FileStat } from "../../../probes/file-stat.js";
import { fileText } from "../../../probes/file-text.js";
import { entriesSubject, parentOf } from "../../../probes/file-way.js";
import type { FileParams } from "./params.js";

export interface Absent {
  readonly kind: "absent";
  readonly stat: FileStat;
}

export async function observeAbsent(read: Read, given: FileParams): Promise<Absent> {
  return { kind: "absent", stat: await readThroughLinks(read, fileStat(given.path)) };
}

/** Removes the entry itself: a symbolic link, not what it leads to. */
export function absentChanges({ stat }: Absent, { path }: FileParams): readonly Change[] {
  const { real, links, entry } = stat;
  if (entry === null) return [];
  const isFolder = entry.type === "directory";
  const names = bothNames(path, real, links);
  return [
    {
      summary: `remove ${path}`,
      title: path,
      before: { state: entry.type },
      after: { state: "absent" },
      effects: [
        ...names.flatMap((name) => [
          becomes(fileText(name.at), { real, links: name.links, kind: "absent" }),
          becomes(fileStat(name.at), { real, links: name.links, entry: null }),
        ]),
        becomes(anythingBelow(real), false),
        disturbs(entriesSubject(parentOf(real))),
        ...(entry.shared ? [disturbs("file:*")] : []),
      ],
      steps: [{ do: "exec", argv: ["rm", isFolder ? "-rf" : "-f", "--", real] }],
    },
  ];
}
