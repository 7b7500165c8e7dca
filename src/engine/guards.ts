import type { Change } from "../contract/change.js";
import type { Guard } from "../contract/step.js";

/** What is asked on the host only when the task runs, and may keep it from doing anything. */
export function openGuard(changes: readonly Change[]): string | undefined {
  const guards = changes.map(({ steps }) =>
    steps.flatMap((step) => (step.do === "exec" ? (step.guards ?? []) : [])).find(isOpen),
  );
  const first = guards[0];
  if (first === undefined || guards.includes(undefined)) return undefined;
  return `whether ${first.kind} (${"command" in first ? first.command : first.path}) keeps it from running`;
}

/** Plain paths were looked at when the change was made. */
function isOpen(guard: Guard): boolean {
  return "command" in guard || !guard.path.startsWith("/") || /[*?[\\]/.test(guard.path);
}

export function isOpaque({ effects }: Change): boolean {
  return effects.some((effect) => effect.kind === "opaque");
}
