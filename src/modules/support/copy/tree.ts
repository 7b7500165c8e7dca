import type { Change } from "../../../contract/change.js";
import { hostError } from "../../../contract/error.js";
import type { LocalEntry } from "../../../contract/module.js";
import type { Read } from "../../../contract/query.js";
import { fileStat } from "../../../probes/file-stat.js";
import { fileText } from "../../../probes/file-text.js";
import { fileContent } from "../content.js";
import { type Delivery, deliveryChanges, observeDelivery } from "../deliver.js";
import { type Destination, readDestination, readUnlessBrought } from "../destination.js";
import { folderChange, type MissingFolder } from "../folder.js";
import type { SymbolicLink } from "../file/link.js";
import { missingFolders } from "./folders.js";
import { assuming } from "./assuming.js";
import { observeLinks, treeLinkChanges } from "./links.js";
import { sourceOptions } from "./source.js";
import type { CopyParams } from "./params.js";

/** Folders, files and links as they shall lie below a folder of the host. */
export interface TreeCopy {
  readonly kind: "tree";
  readonly root: Destination;
  readonly folders: readonly MissingFolder[];
  readonly deliveries: readonly Delivery[];
  readonly links: readonly SymbolicLink[];
  /** A file for a folder that may have to be made, and not a tree. */
  readonly isSingle?: boolean;
}

/**
 * One wave for a tree of any size where its folder is there. Folders come before what is in them, and what is in a
 * folder that will be made is looked at as if it were made.
 */
export async function observeTree(
  read: Read,
  rootPath: string,
  entries: readonly LocalEntry[],
  given: CopyParams,
): Promise<TreeCopy> {
  const at = (entry: LocalEntry): string => `${rootPath === "/" ? "" : rootPath}/${entry.relativePath}`;
  const isLink = ({ kind }: LocalEntry): boolean => kind === "symlink";
  const files = entries.filter(({ kind }) => kind === "file");
  const wanted = entries.filter((entry) => entry.kind === "directory").map(at);
  const [root, stats] = await Promise.all([
    readDestination(read, rootPath, given),
    Promise.all(wanted.map((path) => readUnlessBrought(read, fileStat(path), ({ entry }) => entry === null))),
    askAhead(read, files.map(at)),
  ]);
  const folders = await missingFolders(read, root, new Map(wanted.map((path, i) => [path, stats[i] ?? root.stat])), {
    ...given,
    mode: given.directory_mode,
  });
  const inside = assuming(read, folderChange(folders, root.names));
  const deliveries = await Promise.all(
    files.map(async (entry) => {
      if (entry.file === undefined) throw hostError(`${entry.relativePath} is not a regular file`);
      const content = await fileContent(entry.file);
      return observeDelivery(inside, at(entry), undefined, content, sourceOptions(given, entry.file.mode));
    }),
  );
  const written = assuming(inside, deliveries.flatMap(deliveryChanges));
  const links = await observeLinks(
    written,
    entries.filter(isLink).map((entry) => ({ path: at(entry), target: entry.target ?? "" })),
    given,
  );
  return { kind: "tree", root, folders, deliveries, links };
}

/** Asks for all files at once and early; the answers are taken where they are needed. */
export async function askAhead(read: Read, paths: readonly string[]): Promise<void> {
  await Promise.allSettled(paths.flatMap((path) => [read.maybe(fileStat(path)), read.maybe(fileText(path))]));
}

export function treeChanges({ root, folders, deliveries, links }: TreeCopy, given: CopyParams): readonly Change[] {
  return [
    ...folderChange(folders, root.names),
    ...deliveries.flatMap(deliveryChanges),
    ...treeLinkChanges(links, given),
  ];
}
