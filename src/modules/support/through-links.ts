import { type Query, type Read, Unknown } from "../../contract/query.js";
import { fileStat } from "../../probes/file-stat.js";
import type { Way } from "../../probes/file-way.js";

/**
 * Dry run: a question about a file below a link that a task before makes cannot be answered by this name. What it
 * leads to is looked at all the same: whoever may change the file here may change it there.
 */
export async function askThroughLinks<V>(read: Read, query: Query<V>): Promise<V | Unknown> {
  const answer = await read.maybe(query);
  if (answer instanceof Unknown) await lookBehind(read, query, answer, 0);
  return answer;
}

const MOST_LINKS = 10;

async function lookBehind(read: Read, query: Query<unknown>, unknown: Unknown, depth: number): Promise<void> {
  const { kind, subject, brings } = unknown.cause;
  const path = query.key as string;
  const folder = subject.replace(/^file:/, "").replace(/\/\*\*$/, "");
  if (kind !== "disturbs" || brings === true || !subject.endsWith("/**") || !path.startsWith(`${folder}/`)) return;
  const link = await read.maybe(fileStat(folder));
  if (link instanceof Unknown || link.followed === undefined || depth >= MOST_LINKS) return;
  const behind = (query as Query<Way>).probe(`${link.followed.real}${path.slice(folder.length)}`);
  const there = await read.maybe(behind);
  if (there instanceof Unknown) await lookBehind(read, behind, there, depth + 1);
}

/** As Promise.all, when all have looked: what the others saw counts too when one of them is unknown. */
export async function allEnded<T extends readonly unknown[] | []>(
  reads: T,
): Promise<{ -readonly [K in keyof T]: Awaited<T[K]> }> {
  await Promise.allSettled(reads);
  return Promise.all(reads);
}

/** The answer, or the Unknown thrown, as `read` does. */
export async function readThroughLinks<V>(read: Read, query: Query<V>): Promise<V> {
  const answer = await askThroughLinks(read, query);
  // eslint-disable-next-line @typescript-eslint/only-throw-error -- An Unknown is let through as it is.
  if (answer instanceof Unknown) throw answer;
  return answer;
}
