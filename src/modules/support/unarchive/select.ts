import { hostError } from "../../../contract/error.js";
import type { Archive } from "../../../probes/archive.js";
import type { ArchiveEntry } from "../../../probes/archive-entry.js";
import type { UnarchiveParams } from "./params.js";

/** An entry that will be unpacked, and where below the destination: no `./`, no stripped parts; empty: dest itself. */
export interface Member {
  readonly entry: ArchiveEntry;
  readonly path: string;
  /** Of a hard link: where what it is the same as goes. */
  readonly target?: string;
}

type Selection = Pick<UnarchiveParams, "include" | "exclude" | "extra_opts">;

/** What of the archive is asked for. `all`: nothing was left out. */
export function select(
  { format, entries }: Archive,
  { include, exclude, extra_opts: { strip } }: Selection,
): { readonly members: readonly Member[]; readonly all: boolean } {
  if (format === "zip" && strip > 0)
    throw hostError("extra_opts --strip-components is for tar archives, and this is a zip");
  const [wanted, unwanted] = [include.map(globMatcher), exclude.map(globMatcher)];
  const chosen = entries.filter(({ name }) => {
    const plain = tidyName(name);
    return (wanted.length === 0 || wanted.some((is) => is(plain))) && !unwanted.some((is) => is(plain));
  });
  if (chosen.length === 0 && entries.length > 0) throw hostError("nothing in the archive fits include and exclude");
  const members = chosen.flatMap((entry): Member[] => {
    const path = stripped(entry.name, strip);
    const target = entry.type === "hard" ? stripped(entry.target ?? "", strip) : undefined;
    return path === undefined ? [] : [{ entry, path, ...(target !== undefined && { target }) }];
  });
  if (members.length === 0 && entries.length > 0)
    throw hostError(`no name in the archive has more than ${strip} parts, so nothing is left`, {
      remedy: "lower --strip-components",
    });
  return { members, all: chosen.length === entries.length };
}

/** Without `.` parts; `..` and a slash in front stay, to be refused. */
function tidyName(name: string): string {
  const parts = name.split("/").filter((part, i) => part !== "." && (part !== "" || i === 0));
  return parts.join("/");
}

/** undefined: the name has no part left. */
function stripped(name: string, strip: number): string | undefined {
  if (strip === 0) return tidyName(name);
  const parts = name.split("/").filter((part) => part !== "");
  return parts.length <= strip ? undefined : tidyName(parts.slice(strip).join("/"));
}

/** A pattern stands for what it matches and all below; `*` and `?` also match slashes, as in tar's --exclude. */
function globMatcher(pattern: string): (name: string) => boolean {
  const source = tidyName(pattern.replace(/\/+$/, ""))
    .replace(/[.+^${}()|[\]\\]/g, "\\$&")
    .replaceAll("*", ".*")
    .replaceAll("?", ".");
  const regex = new RegExp(`^(?:${source})(?:/|$)`, "s");
  return (name) => regex.test(name);
}
