import { disturbs, type Effect } from "../../contract/change.js";

/** A place and everything below it: what a task on a path may change when nobody can tell what is there. */
export function pathMayTouch(path: string): readonly Effect[] {
  const place = path.replace(/(.)\/+$/, "$1");
  return [disturbs(`file:${place}`), disturbs(`file:${place === "/" ? "" : place}/**`)];
}
