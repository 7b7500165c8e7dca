import { disturbs, type Effect, leads } from "../../contract/change.js";
import { tidy } from "../../probes/file-way.js";

/** A place and everything below it, when nobody can tell what is there. */
export function pathMayTouch(path: string): readonly Effect[] {
  const place = tidy(path);
  return [disturbs(`file:${place}`), disturbs(`file:${place === "/" ? "" : place}/**`)];
}

/** The same for a task that may make a link there. */
export function linkMayTouch(path: string): readonly Effect[] {
  const place = tidy(path);
  return [disturbs(`file:${place}`), leads(place)];
}
