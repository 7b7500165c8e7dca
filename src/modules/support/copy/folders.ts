import { hostError } from "../../../contract/error.js";
import type { Read } from "../../../contract/query.js";
import { endOf, type FileStat } from "../../../probes/file-stat.js";
import { parentOf } from "../../../probes/file-way.js";
import type { AttributeParams } from "../attributes.js";
import { type Destination, requireTrustedWay } from "../destination.js";
import { requireWritable } from "../permission.js";
import { type MissingFolder, plannedFolders, readMissing } from "../folder.js";

/**
 * The folders of a tree that are not there, with those above it; outermost first. `below` are folders of the tree.
 */
export async function missingFolders(
  read: Read,
  root: Destination,
  below: ReadonlyMap<string, FileStat>,
  given: AttributeParams,
): Promise<readonly MissingFolder[]> {
  const all = new Map([[root.path, root.stat], ...below]);
  for (const [path, stat] of all) requireFolderOrNothing(path, stat);
  const isMissing = endOf(root.stat).entry === null;
  const chain =
    isMissing && root.folder !== undefined
      ? await readMissing(read, root.path, root.stat, root.folder)
      : { stats: isMissing ? [{ path: root.path, stat: root.stat }] : [], base: null };
  const stats = [
    ...chain.stats,
    ...[...below].flatMap(([path, stat]) => (stat.entry === null ? [{ path, stat }] : [])),
  ];
  for (const { path, stat } of stats) {
    const parent = all.get(parentOf(path));
    requireTrustedWay({ ...root, path, stat, folder: parent ?? root.folder }, stat);
  }
  const [first] = chain.stats;
  if (first !== undefined) await requireWritable(read, root.lane, chain.base, first.stat.real);
  const base = (path: string): FileStat["entry"] => {
    const parent = all.get(parentOf(path));
    return parent === undefined ? chain.base : endOf(parent).entry;
  };
  return plannedFolders(stats, base, given, root);
}

function requireFolderOrNothing(path: string, stat: FileStat): void {
  const { entry } = endOf(stat);
  if (entry === null && stat.followed === undefined) return;
  if (entry?.type === "directory") return;
  throw hostError(`${path} is ${entry === null ? "a symbolic link that leads to nothing" : "a file"}, not a folder`, {
    remedy: "remove it in a task before (file: state=absent)",
  });
}
