import { becomes, type Change, type Effect } from "../../../contract/change.js";
import type { ExecStep } from "../../../contract/step.js";
import { fileArrived } from "../../../probes/file-arrived.js";
import { fileHash } from "../../../probes/file-hash.js";
import { fileMatchesUrl, type UrlMatchKey } from "../../../probes/file-matches-url.js";
import type { Found } from "../../../probes/file-stat.js";
import { type Attributes, attributeWords, sameAttributes, shownAttributes } from "../../support/attributes.js";
import { scriptStep } from "../../support/script-step.js";
import { attributeChange, placeOf, sideEffects, writtenAttributes } from "../../support/write.js";
import { contentFetch, listFetch } from "./fetch.js";
import type { Download } from "./observe.js";
import { type DownloadParams, nameOf } from "./params.js";
import { shownUrl } from "./shown-url.js";
import { downloadScript } from "./script.js";

export function downloadChanges(state: Download, given: DownloadParams): readonly Change[] {
  const { destination, fetches } = state;
  const place = placeOf(destination, !fetches);
  const after = writtenAttributes({ destination, attributes: given, follow: !fetches });
  if (fetches) return [fetchChange(state, given, place, after)];
  if (place.entry === null || sameAttributes(place.entry, after)) return [];
  return [attributeChange(destination, place, place.entry, after)];
}

function fetchChange({ destination, backupPath }: Download, given: DownloadParams, place: Found, after: Attributes) {
  const { entry, real } = place;
  const words = entry?.type === "file" ? attributeWords(entry, after) : "";
  const checksum = shownChecksum(given);
  return {
    summary: `download ${shownUrl(given.url)} to ${destination.path}${words === "" ? "" : ` (${words})`}`,
    title: destination.path,
    before: entry === null ? null : { state: entry.type, ...(entry.type !== "link" && shownAttributes(entry)) },
    after: { state: "file", ...shownAttributes(after), url: shownUrl(given.url), ...(checksum && { checksum }) },
    effects: [
      becomes(fileArrived(real), { mode: after.mode, owner: after.owner, group: after.group }),
      ...contentEffects(real, given),
      ...sideEffects(place, backupPath),
    ],
    steps: [fetchStep(real, after, backupPath, given)],
  } satisfies Change;
}

/** What is known of the content: that it fits. */
function contentEffects(path: string, given: DownloadParams): readonly Effect[] {
  const { checksum } = given;
  if (checksum === undefined) {
    const key: UrlMatchKey = { path, algorithm: "sha256", fetch: contentFetch(given) };
    return given.force ? [becomes(fileMatchesUrl(key), true)] : [];
  }
  const { algorithm } = checksum;
  if ("hex" in checksum) return [becomes(fileHash({ path, algorithm, cost: "dear" }), checksum.hex)];
  const fetch = listFetch(checksum.list, given);
  return [becomes(fileMatchesUrl({ path, algorithm, fetch, listedAs: nameOf(given.url) ?? "" }), true)];
}

function fetchStep(path: string, after: Attributes, backupPath: string | undefined, given: DownloadParams): ExecStep {
  const { checksum } = given;
  const list = checksum !== undefined && "list" in checksum ? listFetch(checksum.list, given) : undefined;
  const mode = after.mode.toString(8).padStart(4, "0");
  const wanted = checksum !== undefined && "hex" in checksum ? checksum.hex : "";
  const account = `${after.owner}:${after.group}`;
  const words = [path, mode, account, backupPath ?? "", checksum?.algorithm ?? "", wanted, nameOf(given.url) ?? ""];
  return scriptStep(downloadScript(contentFetch(given), list), words, { silent: true });
}

function shownChecksum({ checksum }: DownloadParams): string | undefined {
  if (checksum === undefined) return undefined;
  return `${checksum.algorithm}:${"hex" in checksum ? checksum.hex : shownUrl(checksum.list)}`;
}
