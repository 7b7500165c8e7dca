import { hostError } from "../../../contract/error.js";
import type { Read } from "../../../contract/query.js";
import { fileHash } from "../../../probes/file-hash.js";
import { fileMatchesUrl, type UrlMatchKey } from "../../../probes/file-matches-url.js";
import { endOf } from "../../../probes/file-stat.js";
import { backupName } from "../../support/backup.js";
import { requireFileOrNothing } from "../../support/deliver.js";
import {
  type Destination,
  folderEntry,
  readDestination,
  requireFolder,
  requireTrustedWay,
} from "../../support/destination.js";
import { requireOwner, requireOwnOwner, requireWritable } from "../../support/permission.js";
import { placeOf, writtenAttributes } from "../../support/write.js";
import { sameAttributes } from "../../support/attributes.js";
import { contentFetch, listFetch } from "./fetch.js";
import { shownUrl } from "./shown-url.js";
import { type DownloadParams, nameOf } from "./params.js";

export interface Download {
  readonly destination: Destination;
  /** Whether the file is to be fetched; otherwise at most its attributes change. */
  readonly fetches: boolean;
  readonly backupPath?: string;
}

export async function observeDownload(read: Read, given: DownloadParams): Promise<Download> {
  const name = nameOf(given.url);
  const { dest } = given;
  const destination = await readDestination(read, dest.endsWith("/") ? dest + (name ?? "") : dest, given);
  if (endOf(destination.stat).entry?.type === "directory" && name !== undefined && !dest.endsWith("/"))
    return observeDownload(read, { ...given, dest: `${dest}/` });
  requireFolder(destination);
  requireFileOrNothing(destination);
  const fetches = !(await isThere(read, destination, given));
  await requireAllowed(read, destination, given, fetches);
  const replaces = fetches && given.backup && destination.stat.entry?.type === "file";
  return { destination, fetches, ...(replaces && { backupPath: backupName(destination.stat.real) }) };
}

/** Whether the file is there as it shall be. Asks the server only when nothing else can tell. */
async function isThere(read: Read, { stat }: Destination, given: DownloadParams): Promise<boolean> {
  const { real, entry } = endOf(stat);
  if (entry?.type !== "file") return false;
  const { checksum } = given;
  if (checksum === undefined)
    return !given.force || compare(read, given.url, { path: real, algorithm: "sha256", fetch: contentFetch(given) });
  const { algorithm } = checksum;
  if ("hex" in checksum) return (await read(fileHash({ path: real, algorithm, cost: "dear" }))) === checksum.hex;
  const fetch = listFetch(checksum.list, given);
  return compare(read, checksum.list, { path: real, algorithm, fetch, listedAs: nameOf(given.url) ?? "" });
}

async function compare(read: Read, url: string, key: UrlMatchKey): Promise<boolean> {
  const answer = await read(fileMatchesUrl(key));
  if (typeof answer === "boolean") return answer;
  throw hostError(`${key.path} cannot be compared with ${shownUrl(url)}: ${answer.problem}`);
}

async function requireAllowed(
  read: Read,
  destination: Destination,
  attributes: DownloadParams,
  fetches: boolean,
): Promise<void> {
  const { lane, path } = destination;
  const place = placeOf(destination, !fetches);
  const after = writtenAttributes({ destination, attributes, follow: !fetches });
  if (!fetches && (place.entry === null || sameAttributes(place.entry, after))) return;
  requireTrustedWay(destination, place);
  if (!fetches && place.entry !== null) {
    requireOwner(lane, path, place.entry, after);
    return;
  }
  requireOwnOwner(lane.user, path, after);
  await requireWritable(read, lane, folderEntry(destination), place.real);
}
