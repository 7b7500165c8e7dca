import type { Change } from "../contract/change.js";
import type { ItemOutcome, ShownChange } from "../contract/event.js";
import type { Prepared } from "./prepared.js";

/** Without its diff where the task must not show one, whatever reads the events. */
export function shown(change: Change, { noLog, diff }: Pick<Prepared, "noLog" | "diff">): ShownChange {
  const { summary, title, before, after, sensitive } = change;
  const hide = noLog || diff === false || sensitive === true;
  return {
    summary,
    ...(title !== undefined && { title }),
    ...(hide
      ? { sensitive: true }
      : { ...(before !== undefined && { before }), ...(after !== undefined && { after }) }),
  };
}

/** Under no_log an error says that there was one and where, and nothing that a host or a variable said. */
export function hidden(more: Partial<ItemOutcome>): Partial<ItemOutcome> {
  const { message: _message, error, ...rest } = more;
  if (error === undefined) return rest;
  const { kind, place } = error;
  const remedy = "set no_log: false to see why";
  return { ...rest, error: { kind, cause: "failed; the reason is hidden by no_log", remedy, ...(place && { place }) } };
}
