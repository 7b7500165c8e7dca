import { type Change, disturbs } from "../../../contract/change.js";
import { managerSubject, type ServiceState, unitName } from "../../../probes/service.js";
import { linkEffects, maskEffects, runEffects, unitEffect } from "./effects.js";
import { isEnabled, isRunning, type Seen } from "./observe.js";
import { managerStep, setUpStep, unitStep } from "./steps.js";
import type { Wish } from "./wish.js";

/** What is known of the unit as the changes of the task go on: undefined is not known any more. */
type Known = ServiceState | undefined;

interface Made {
  readonly change: Change;
  readonly after: Known;
}

/** In the order of systemd: its own files, masks, links, and then what runs. */
export function serviceChanges({ unit }: Seen, wish: Wish): readonly Change[] {
  const manager = managerVerbs(unit, wish);
  let known: Known = unit !== null && unit.needsReload && manager.length > 0 ? undefined : (unit ?? undefined);
  const changes: Change[] = [];
  for (const make of [mask, link, run]) {
    const made = make(unit, known, wish);
    if (made === undefined) continue;
    changes.push(made.change);
    known = made.after;
  }
  const reload = wish.daemonReload && manager.length === 0 && changes.length > 0 ? (["daemon-reload"] as const) : [];
  return [...[...manager, ...reload].map((verb) => managerChange(verb, unit, wish)), ...changes];
}

/** Reading its files again is due when the unit's have changed; a task about nothing else means it as an order. */
function managerVerbs(unit: ServiceState | null, wish: Wish): readonly ("daemon-reload" | "daemon-reexec")[] {
  const reload = wish.daemonReload && (wish.name === undefined || unit?.needsReload === true);
  return [...(reload ? (["daemon-reload"] as const) : []), ...(wish.daemonReexec ? (["daemon-reexec"] as const) : [])];
}

function managerChange(verb: "daemon-reload" | "daemon-reexec", unit: ServiceState | null, { name }: Wish): Change {
  const own = name !== undefined && unit?.needsReload === true ? unitEffect(name, undefined) : [];
  const summary = verb === "daemon-reload" ? "let systemd read its files again" : "let systemd start itself anew";
  return { summary, effects: [...own, disturbs(managerSubject)], steps: [managerStep(verb)] };
}

function mask(unit: ServiceState | null, known: Known, wish: Wish): Made | undefined {
  const { name = "", masked } = wish;
  if (unit === null || masked === undefined || masked === unit.masked) return undefined;
  const verb = masked ? "mask" : "unmask";
  // What was below the mask is not to be seen through it.
  const after = masked && known !== undefined ? maskedUnit(name, known) : undefined;
  const effects = [...unitEffect(name, after), ...maskEffects(name)];
  return { change: { summary: `${verb} ${name}`, effects, steps: [setUpStep(verb, unitName(name), wish)] }, after };
}

function maskedUnit(name: string, unit: ServiceState): ServiceState | undefined {
  if (unit.id !== unitName(name)) return undefined;
  const files = [`/etc/systemd/system/${unit.id}`];
  const gone = { canReload: false, transient: false, needsReload: false, pulls: [], drags: [] };
  return { ...unit, ...gone, exists: true, masked: true, enabled: "masked", files };
}

function link(unit: ServiceState | null, known: Known, wish: Wish): Made | undefined {
  const { name = "", enabled } = wish;
  if (unit === null || enabled === undefined || wish.masked === true) return undefined;
  // Below a mask it may be either; both orders are harmless when there is nothing to do.
  const is = unit.masked ? !enabled : isEnabled(unit);
  if (is === undefined || is === enabled || (unit.masked && wish.masked !== false)) return undefined;
  const verb = enabled ? "enable" : "disable";
  const after = known === undefined ? undefined : linkedUnit(name, known, enabled);
  const effects = [...unitEffect(name, after), ...linkEffects(unit.id)];
  return { change: { summary: `${verb} ${name}`, effects, steps: [setUpStep(verb, unit.id, wish)] }, after };
}

/** Only the plain case is certain; systemd reads its files again by itself, and what is new in them is not known. */
function linkedUnit(name: string, unit: ServiceState, enabled: boolean): ServiceState | undefined {
  const [from, to] = enabled ? ["disabled", "enabled"] : ["enabled", "disabled"];
  if (unit.needsReload || unit.enabled !== from) return undefined;
  return { ...unit, enabled: to, wanted: unit.id === unitName(name) ? enabled : unit.wanted };
}

function run(unit: ServiceState | null, known: Known, wish: Wish): Made | undefined {
  const { name = "", state, noBlock } = wish;
  const verb = state === undefined ? undefined : verbOf(unit, state);
  if (verb === undefined) return undefined;
  const active = verb === "stop" ? "inactive" : "active";
  const certain = known !== undefined && !noBlock && !known.transient;
  const after = certain ? { ...known, active, failure: "" } : undefined;
  const effects = [...unitEffect(name, after), ...runEffects(unit, verb)];
  const failed = known === undefined || known.failure === "" ? "" : `, which has failed (${known.failure})`;
  return {
    change: { summary: `${verb} ${name}${failed}`, effects, steps: [unitStep(verb, unit?.id ?? unitName(name), wish)] },
    after,
  };
}

/** The command that is due; a unit that nobody knows is restarted or reloaded all the same. */
function verbOf(unit: ServiceState | null, state: NonNullable<Wish["state"]>): string | undefined {
  const runs = unit === null || isRunning(unit);
  // One that waits to be started again is only started at once by a restart.
  const waits = unit?.active === "auto-restart";
  const start = waits ? "restart" : "start";
  switch (state) {
    case "started":
      return runs ? undefined : start;
    case "stopped":
      return runs || waits || unit.active === "deactivating" ? "stop" : undefined;
    case "restarted":
      return runs ? "restart" : start;
    case "reloaded":
      return runs ? "reload" : start;
    default:
      return state satisfies never;
  }
}
