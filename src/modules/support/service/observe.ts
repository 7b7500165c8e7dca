import { hostError } from "../../../contract/error.js";
import { type Read, Unknown } from "../../../contract/query.js";
import { service, type ServiceState } from "../../../probes/service.js";
import type { Wish } from "./wish.js";

export interface Seen {
  /** null: no unit is asked for, or (in a dry run) an earlier task makes it unknown and it does not matter. */
  readonly unit: ServiceState | null;
}

/** What is restarted every time needs no look to be planned. */
export async function observeService(read: Read, wish: Wish): Promise<Seen> {
  if (wish.name === undefined) return { unit: null };
  const query = service(wish.name);
  if (wish.state !== "restarted" && wish.state !== "reloaded") return checked(await read(query), wish);
  const unit = await read.maybe(query);
  return unit instanceof Unknown ? { unit: null } : checked(unit, wish);
}

function checked(unit: ServiceState, wish: Wish): Seen {
  const { name = "", state, enabled, masked } = wish;
  if (!unit.exists && (state !== undefined || enabled !== undefined)) {
    throw hostError(`there is no service ${name}`, {
      remedy: "check its name, or install the package that brings it in a task before",
    });
  }
  const wantsIt = (state !== undefined && state !== "stopped" && !isRunning(unit)) || enabled === true;
  if (unit.masked && masked === undefined && wantsIt) {
    throw hostError(`${name} is masked`, { remedy: "unmask it: module systemd with masked: false" });
  }
  if (state === "reloaded" && isRunning(unit) && !unit.canReload && !unit.masked && !unit.needsReload) {
    throw hostError(`${name} cannot reload its configuration`, { remedy: "write state: restarted" });
  }
  return { unit };
}

export function isRunning({ active }: ServiceState): boolean {
  return ["active", "activating", "reloading", "refreshing"].includes(active);
}

/** undefined: it has nothing that could be enabled, others start it. */
export function isEnabled({ enabled, wanted }: ServiceState): boolean | undefined {
  if (["static", "alias", "transient", "generated"].includes(enabled)) return undefined;
  return enabled === "enabled" || (enabled === "indirect" && wanted);
}
