import { hostError } from "../../../contract/error.js";
import { type Query, type Read, Unknown } from "../../../contract/query.js";
import { accountName } from "../../../probes/account-name.js";
import { group, groupId } from "../../../probes/group.js";

/** A group that a user shall be in, given by name or by number. */
export interface GroupRef {
  readonly given: string;
  readonly name: string;
  /** undefined: a dry run does not know it. */
  readonly id: number | undefined;
}

const isNumber = (given: string): boolean => /^\d+$/.test(given);

export function groupQueries(given: string): readonly Query<unknown>[] {
  return isNumber(given) ? [accountName({ kind: "group", id: Number(given) })] : [group(given), groupId(given)];
}

/**
 * Fails when there is no such group. One that an earlier task may bring counts as there unless it must be `certain`:
 * then a dry run ends here.
 */
export async function findGroup(read: Read, given: string, certain: boolean): Promise<GroupRef> {
  if (isNumber(given)) {
    const name = await read.maybe(accountName({ kind: "group", id: Number(given) }));
    if (name === null) throw noGroup(given);
    return { given, name: name instanceof Unknown ? given : name, id: Number(given) };
  }
  const [exists, id] = await Promise.all([read.maybe(group(given)), read.maybe(groupId(given))]);
  if (certain && exists instanceof Unknown) await read(group(given));
  if (exists === false) throw noGroup(given);
  return { given, name: given, id: id instanceof Unknown ? undefined : (id ?? undefined) };
}

function noGroup(given: string): Error {
  return hostError(`there is no group ${given}`, { remedy: "make it in an earlier task with the module group" });
}

/** The groups that the user is to be in but for the primary one; undefined: as they should be. */
export function groupsAfter(
  current: readonly string[],
  wanted: readonly GroupRef[],
  { append, gid }: { readonly append: boolean; readonly gid: number },
): readonly string[] | undefined {
  const names = wanted.map(({ name }) => name);
  const lacking = wanted.filter(({ name, id }) => id !== gid && !current.includes(name));
  const surplus = append ? [] : current.filter((name) => !names.includes(name));
  if (lacking.length === 0 && surplus.length === 0) return undefined;
  return [...new Set(append ? [...current, ...names] : names)].sort();
}
