import { disturbs, type Effect } from "../../contract/change.js";
import { tidy } from "../../probes/file-way.js";

/** A place and everything below it, as when a link may come to be there or go. */
export function pathMayTouch(path: string): readonly Effect[] {
  const place = tidy(path);
  return [disturbs(`file:${place}`), disturbs(`file:${place === "/" ? "" : place}/**`)];
}
