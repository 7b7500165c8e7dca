import { becomes, type Change, disturbs, type Effect } from "../../../contract/change.js";
import { hostError } from "../../../contract/error.js";
import type { ExecStep } from "../../../contract/step.js";
import type { Entry } from "../../../probes/file-entry.js";
import { endOf, fileStat } from "../../../probes/file-stat.js";
import { fileText } from "../../../probes/file-text.js";
import { entriesSubject, parentOf } from "../../../probes/file-way.js";
import { showMode } from "../mode.js";
import { sha256, shownContent, shownText } from "../content.js";
import { sideEffects } from "../write.js";
import { folderStep, writeStep } from "./steps.js";
import type { KeyParams } from "./params.js";
import type { KeyPlace } from "./place.js";

/** Writes the file anew. What must be true of the folder first is in the same change: one without the other is no use. */
export function keysChange(place: KeyPlace, given: KeyParams, before: Buffer, after: Buffer): Change {
  const { path, text, place: found } = place;
  const folder = folderWork(place, given);
  const old = text.kind === "absent" ? "" : sha256(before);
  const as = writer(place, given, folder !== undefined);
  if (as !== undefined) requireReadable(place, given);
  return {
    summary: `write ${path}`,
    title: path,
    before: shownText(text, null),
    after: shownContent({ kind: "bytes", bytes: after, sizeBytes: after.length }),
    effects: [
      ...(folder?.effects ?? []),
      becomes(fileText(found.real), { real: found.real, links: [], kind: "bytes", bytes: after }),
      entryEffect(found.real, place, { type: "file", mode: 0o600, owner: given.user, sizeBytes: after.length }),
      ...sideEffects(found),
    ],
    steps: [...(folder === undefined ? [] : [folder.step]), writeStep(as, given.user, found.real, old, after)],
  };
}

function entryEffect(real: string, { group }: KeyPlace, entry: Omit<Entry, "group" | "shared">): Effect {
  if (group === undefined) return disturbs(`file:${real}`);
  return becomes(fileStat(real), { real, links: [], entry: { ...entry, group, shared: false } });
}

interface FolderWork {
  readonly step: ExecStep;
  readonly effects: readonly Effect[];
}

/** What is to be done to the folder; undefined: nothing. */
function folderWork(place: KeyPlace, given: KeyParams): FolderWork | undefined {
  const { folder, above } = place;
  const { real, entry } = endOf(folder.stat);
  if (entry === null) {
    requireFolderAbove(place, given);
    // In a folder of the user's he makes it himself.
    const as = actor(place, given, above.isRoots);
    return work(place, given, real, folderStep("make", as, given.user, real), [
      disturbs(entriesSubject(parentOf(real))),
    ]);
  }
  if (entry.type !== "directory")
    throw hostError(`${folder.path} is no folder`, { remedy: "remove it in an earlier task" });
  const isRight = entry.owner === given.user && entry.mode === 0o700;
  if (isRight || !given.manage_dir || !place.isOwn) return undefined;
  if (entry.owner !== given.user && !(entry.owner === "root" && above.isRoots))
    throw foreignFolder(place, given, entry);
  const as = actor(place, given, above.isRoots);
  return work(place, given, real, folderStep("mend", as, given.user, real), []);
}

function work(place: KeyPlace, given: KeyParams, real: string, step: ExecStep, more: readonly Effect[]): FolderWork {
  const entry = { type: "directory", mode: 0o700, owner: given.user, sizeBytes: null } as const;
  return { step, effects: [entryEffect(real, place, entry), ...more] };
}

function requireFolderAbove({ folder, above }: KeyPlace, { manage_dir }: KeyParams): void {
  if (!manage_dir) {
    throw hostError(`${folder.path} does not exist`, {
      remedy: "write manage_dir: true, or make it in an earlier task",
    });
  }
  if (endOf(above.stat).entry?.type === "directory") return;
  throw hostError(`${above.path} is no folder that is there, so ${folder.path} cannot be made`, {
    remedy: "make it in an earlier task (user with create_home, file: state=directory)",
  });
}

/** As whom the file is written. `isUsers`: the folder has just become the user's. */
function writer(place: KeyPlace, given: KeyParams, isUsers: boolean): string | undefined {
  const { folder } = place;
  const { entry } = endOf(folder.stat);
  if (!isUsers && entry?.owner !== given.user && !folder.isRoots && !isOpen(entry))
    throw foreignFolder(place, given, entry);
  return actor(place, given, folder.isRoots && !isUsers);
}

/** What the user cannot read sshd cannot either, since it looks as that user. */
function requireReadable({ path, place, group }: KeyPlace, { user }: KeyParams): void {
  const { entry } = place;
  if (entry?.type !== "file" || entry.owner === user || (entry.mode & 0o004) !== 0) return;
  if (entry.group === group && (entry.mode & 0o040) !== 0) return;
  throw hostError(`${path} is ${entry.owner}'s (mode ${showMode(entry.mode)}), so that ${user} may not read it`, {
    remedy: `make it ${user}'s in an earlier task (file: path=${path} owner=${user})`,
  });
}

/** undefined: as root, where nobody else can change the way. Otherwise as the user, who can harm only himself. */
function actor({ lane }: KeyPlace, { user }: KeyParams, isRoots: boolean): string | undefined {
  if (lane !== "root" && lane !== user) {
    throw hostError(`${lane} may not change the keys of ${user}`, { remedy: "write become: true" });
  }
  return lane === user || isRoots ? undefined : user;
}

/** Anybody may make files there. */
function isOpen(entry: Entry | null): boolean {
  return entry !== null && (entry.mode & 0o002) !== 0;
}

function foreignFolder({ folder }: KeyPlace, { user }: KeyParams, entry: Entry | null): Error {
  const owner = entry?.owner ?? "nobody";
  const mode = entry === null ? "" : ` (mode ${showMode(entry.mode)})`;
  return hostError(
    `${folder.path} is ${owner}'s${mode} and not ${user}'s, and others than root could change the way there`,
    {
      remedy: `make it ${user}'s in an earlier task (file: state=directory owner=${user} mode=0700)`,
    },
  );
}
