import type { ChangeOutputs, TaskResult } from "../../../contract/module.js";
import type { UserParams } from "./user-params.js";
import type { UserState } from "./user-state.js";

/** Numbers that are not known (in a dry run) are left out, so that whatever uses them is unknown. */
export function userResult(
  outputs: readonly ChangeOutputs[] | undefined,
  given: UserParams,
  state: UserState | undefined,
): TaskResult {
  const { name, append, move_home, create_home } = given;
  if (given.state === "absent") return { name, state: "absent", remove: given.remove, force: given.force };
  const common = { name, state: "present", append, move_home, create_home, system: given.system };
  const resident = state?.kind === "resident" ? state : undefined;
  const told = /^uid=(\d+)[^ ]* gid=(\d+)/.exec(outputs?.[0]?.at(-1)?.stdout.bytes.toString() ?? "");
  const fields = {
    uid: given.uid ?? resident?.uid ?? (told === null ? undefined : Number(told[1])),
    group:
      state?.kind === "nobody"
        ? undefined
        : (state?.primary?.id ?? resident?.gid ?? (told === null ? undefined : Number(told[2]))),
    home: given.home ?? resident?.account.home ?? defaultsOf(state)?.home(name),
    shell: given.shell ?? resident?.account.shell ?? defaultsOf(state)?.shell,
    comment: given.comment ?? resident?.account.comment ?? "",
    groups: given.groups?.join(","),
  };
  return { ...common, ...Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) };
}

function defaultsOf(state: UserState | undefined) {
  if (state?.kind !== "newcomer" || state.defaults === undefined) return undefined;
  const { homes, shell } = state.defaults;
  return { home: (name: string) => `${homes}/${name}`, shell };
}
