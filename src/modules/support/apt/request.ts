import * as z from "zod";
import { packageName } from "../../../probes/package.js";
import { text } from "../../values.js";

/** `nginx`, or `nginx=1.22.1-9` (shell wildcards in the version, as apt has them). */
export interface Request {
  readonly name: string;
  readonly version?: string;
  /** The file that it is installed from; absent: a repository. */
  readonly file?: string;
}

/** A list, or one text with commas; each part a package, perhaps with its version. */
export const requests = () =>
  z
    .union([z.array(text()), text().transform((one) => [one])], { error: "must be a name or a list of names" })
    .transform((parts) => parts.flatMap((part) => part.split(",")).map((part) => part.trim()))
    .transform((parts) => parts.filter((part) => part !== "").map(readRequest))
    .superRefine((found, issues) => {
      if (found.length === 0) issues.addIssue({ code: "custom", message: "is empty" });
      for (const { name, version } of found) {
        const problem = problemOf(name, version);
        if (problem !== undefined) issues.addIssue({ code: "custom", message: problem });
      }
    });

function readRequest(word: string): Request {
  const at = word.indexOf("=");
  return at < 0 ? { name: word } : { name: word.slice(0, at), version: word.slice(at + 1) };
}

function problemOf(name: string, version: string | undefined): string | undefined {
  if (/[<>]$/.test(name))
    return `"${name}=…" asks for a range of versions, which is not supported; write = and ${name.slice(0, -1)}'s version`;
  if (name.includes("/") && name.endsWith(".deb")) return `"${name}" is a file; write deb: with its path`;
  if (name.includes("/")) return `"${name}" names a release; write default_release instead`;
  if (!packageName.test(name)) return `"${name}" is not the name of a package (wildcards are not supported)`;
  if (version !== undefined && !/^[A-Za-z0-9.+:~*?-]+$/.test(version)) return `"${version}" is not a version`;
  return undefined;
}

/** As apt-get takes it. */
export function wordOf({ name, version, file }: Request): string {
  if (file !== undefined) return file;
  return version === undefined ? name : `${name}=${version}`;
}

/** Whether an installed version is the one that is asked for. */
export function isVersion(wanted: string, installed: string): boolean {
  const pattern = wanted
    .replace(/[.+^$(){}|[\]\\]/g, "\\$&")
    .replaceAll("*", ".*")
    .replaceAll("?", ".");
  return new RegExp(`^${pattern}$`).test(installed);
}
