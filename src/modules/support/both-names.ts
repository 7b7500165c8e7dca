import type { Found } from "../../probes/file-stat.js";

/** A file under its real name and, where links lead to it, under the one that was asked for, with those links. */
export function bothNames(
  path: string,
  real: string,
  links: Found["links"],
): readonly { readonly at: string; readonly links: Found["links"] }[] {
  const asked = { at: path, links };
  return real === path ? [asked] : [{ at: real, links: [] }, asked];
}
