import { hostError } from "../../../contract/error.js";
import type { Member } from "./select.js";

/**
 * Refuses an archive that would write outside of the destination, or bring what gives rights away. Names are judged as
 * text, so all is refused whose end a symbolic link could move.
 */
export function requireHarmless(
  members: readonly Member[],
  format: "tar" | "zip",
  dest: string,
  allowSetuid: boolean,
): void {
  const links = new Set<string>();
  const files = new Set<string>();
  for (const member of members) {
    const problem = problemOf(member, format, dest, links, files) ?? (allowSetuid ? undefined : setuidProblem(member));
    if (problem !== undefined)
      throw hostError(`the archive was not unpacked: ${JSON.stringify(member.entry.name)} ${problem.cause}`, {
        ...(problem.remedy !== undefined && { remedy: problem.remedy }),
      });
    if (member.entry.type === "link") links.add(member.path);
    else if (member.entry.type !== "directory") files.add(member.path);
  }
}

interface Problem {
  readonly cause: string;
  readonly remedy?: string;
}

function problemOf(
  { entry, path, target }: Member,
  format: "tar" | "zip",
  dest: string,
  links: ReadonlySet<string>,
  files: ReadonlySet<string>,
): Problem | undefined {
  if (entry.name.startsWith("/")) return { cause: "is an absolute name" };
  if (entry.name.split("/").includes("..")) return { cause: "leads out of its folder by .." };
  if (/[\0-\x1f\x7f]/.test(entry.name) && format === "zip") return { cause: "holds control characters" };
  if (entry.type === "other") return { cause: "is a device, a pipe or something else that is no file" };
  if (path === "" && entry.type !== "directory") return { cause: "has no name" };
  if (links.has(path) || files.has(path)) return { cause: "is there twice" };
  const behind = [...foldersAbove(path)].find((folder) => links.has(folder) || files.has(folder));
  if (behind !== undefined)
    return { cause: `lies behind ${JSON.stringify(behind)}, which is no folder in the archive` };
  if (entry.type === "hard" && (target === undefined || !files.has(target)))
    return { cause: "is a hard link to what does not stand before it in the archive" };
  if (entry.type !== "link") return undefined;
  if (entry.target === undefined) return { cause: "is a symbolic link, which is not supported in a zip; use a tar" };
  return linkProblem(path, entry.target, dest);
}

/** Only leading `..`, and no more of them than the link lies deep: what they lead to is then below dest. */
function linkProblem(path: string, target: string, dest: string): Problem | undefined {
  const parts = target.split("/").filter((part) => part !== "" && part !== ".");
  const isAbsolute = target.startsWith("/");
  const up = parts.findIndex((part) => part !== "..");
  const ups = up < 0 ? parts.length : up;
  const depth = path.split("/").length - 1;
  const isBelow = isAbsolute && `${parts.join("/")}/`.startsWith(`${dest.slice(1)}/`);
  if (isAbsolute ? isBelow && !parts.includes("..") : ups <= depth && !parts.slice(ups).includes(".."))
    return undefined;
  return { cause: `is a symbolic link to ${JSON.stringify(target)}, which is or may be outside of ${dest}` };
}

function setuidProblem({ entry }: Member): Problem | undefined {
  return entry.type === "file" && (entry.mode & 0o6000) !== 0
    ? { cause: "has a setuid or setgid bit", remedy: "when it shall have it, write allow_setuid: true" }
    : undefined;
}

function* foldersAbove(path: string): Generator<string> {
  for (let at = path.lastIndexOf("/"); at > 0; at = path.lastIndexOf("/", at - 1)) yield path.slice(0, at);
}
