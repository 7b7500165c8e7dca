import { existsSync, statSync } from "node:fs";
import { homedir } from "node:os";
import { isAbsolute, join } from "node:path";
import { inputError } from "../../contract/error.js";
import type { ControllerUse, Scope } from "../../contract/play.js";
import type { Keyring } from "../vault/keyring.js";

/** Where a task stands on the controller, for functions that look at files there or run something. */
export interface Site {
  /** Of the role, of the playbook, of the file with the task: the order in which files are looked for. */
  readonly folders: readonly string[];
  /** Of the playbook: commands run there, and passwords are kept below. */
  readonly folder: string;
  readonly vault: Keyring;
  readonly controller?: ControllerUse;
  /** The host is the controller: what is done before on it may be to the files that are looked at. */
  readonly isOnController?: (() => boolean) | undefined;
  /** Hosts of a pattern. Throws an input error for a pattern that is wrong. */
  readonly select: (pattern: string) => readonly string[];
  readonly render: (path: string, scope: Scope) => string;
}

export type Kind = "files" | "templates";

/** All places where a file is looked for. */
export function placesOf(site: Site, name: string, kind: Kind): readonly string[] {
  const path = name.replace(/^~(?=\/)/, homedir());
  if (isAbsolute(path)) return [path];
  return [...new Set(site.folders.flatMap((folder) => [join(folder, kind, path), join(folder, path)]))];
}

/** The first place where it is. Throws an input error when it is nowhere. */
export function findAt(site: Site, name: string, kind: Kind): string {
  beforeLooking(site);
  const places = placesOf(site, name, kind);
  const found = firstThere(places, site.controller);
  if (found === undefined)
    throw inputError(`there is no ${kind === "files" ? "file" : "template"} "${name}"`, {
      remedy: `it is looked for at ${places.join(", ")}`,
    });
  watch(site, found);
  return found;
}

/** The first place where there is something. Throws NotYet where in a dry run something would be by then. */
export function firstThere(places: readonly string[], controller: ControllerUse | undefined): string | undefined {
  const found = places.find((place) => {
    controller?.coming(place);
    return existsSync(place);
  });
  controller?.saw(() => places.find((place) => existsSync(place)) === found);
  return found;
}

/** Throws NotYet where tasks before may still write what is looked at. */
export function beforeLooking({ controller, isOnController }: Site): void {
  if (isOnController?.() === true) controller?.turn();
}

/** What is read of it holds as long as it is not written again. */
export function watch(site: Site, path: string): void {
  const before = signature(path);
  site.controller?.saw(() => signature(path) === before);
}

function signature(path: string): string {
  const stat = statSync(path, { throwIfNoEntry: false, bigint: true });
  return stat === undefined ? "" : `${stat.ino} ${stat.size} ${stat.mtimeNs}`;
}
