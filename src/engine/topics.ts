import type { Scope, Task } from "../contract/play.js";
import type { Lookups } from "./dynamic.js";
import type { Handlers } from "./handlers.js";
import type { Position } from "./position.js";
import type { VariableRecord } from "./slot.js";

export interface TopicsParts {
  readonly handlers: Handlers;
  readonly position: Position;
  readonly lookups: Lookups;
  evaluate<T>(work: () => T): Promise<T>;
}

/**
 * What `notify` names: as in Ansible, a task that changed anything notifies what any of its items names. Throws an input
 * error for a topic that no handler answers to.
 */
export async function topicsOf(
  { notify }: Task,
  scopes: readonly Scope[],
  parts: TopicsParts,
): Promise<readonly string[]> {
  const differ = notify.some(({ constant }) => constant === undefined);
  const asked = (differ ? scopes : scopes.slice(0, 1)).flatMap((scope) => notify.map((topic) => ({ topic, scope })));
  const named = asked.map(async ({ topic, scope }) => {
    const name = await parts.evaluate(() => topic.evaluate(scope));
    noteHandler(name, parts);
    parts.handlers.check(name, parts.position, topic.place);
    return name;
  });
  return [...new Set(await Promise.all(named))];
}

/** An include may bring the handler that is missing now. */
function noteHandler(name: string, { handlers, position, lookups }: TopicsParts): void {
  const found: VariableRecord = { value: undefined, assuming: [] };
  const look = (): VariableRecord | undefined => (handlers.named(name, position).length > 0 ? found : undefined);
  lookups.note(look(), look);
}
