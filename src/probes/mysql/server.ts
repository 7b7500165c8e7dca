import type { Question, Server } from "./session.js";

/** Whose server it is. */
export const server: Question<Server> = {
  id: "server",
  subjects: ["system:mysql/server"],
  persists: true,
  onlyLooks: true,
  statements: () => [],
  answer: (_replies, found) => found,
  // No task makes another server of it.
  infer: (was) => was,
};

/** The server's version as numbers: `[10, 11, 6]`. */
export function versionOf({ version }: Server): readonly number[] {
  return (/^\d+(\.\d+)*/.exec(version)?.[0] ?? "0").split(".").map(Number);
}

/** Whether it is at least that version. */
export function isAtLeast(found: Server, major: number, minor: number): boolean {
  const [itsMajor = 0, itsMinor = 0] = versionOf(found);
  return itsMajor > major || (itsMajor === major && itsMinor >= minor);
}
