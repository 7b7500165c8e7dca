import { didYouMean, hostError } from "../../../contract/error.js";
import { type Read, Unknown } from "../../../contract/query.js";
import { service, type ServiceState } from "../../../probes/service.js";
import { unitNames } from "../../../probes/unit-names.js";
import type { Wish } from "./wish.js";

export interface Seen {
  /** null: no unit is asked for, or (in a dry run) an earlier task makes it unknown and it does not matter. */
  readonly unit: ServiceState | null;
}

/** What is restarted every time needs no look to be planned. */
export async function observeService(read: Read, wish: Wish): Promise<Seen> {
  if (wish.name === undefined) return { unit: null };
  const query = service(wish.name);
  const acts = wish.state === "restarted" || wish.state === "reloaded";
  const unit = acts ? await read.maybe(query) : await read(query);
  if (unit instanceof Unknown) return { unit: null };
  const isUsed = wish.state !== undefined || wish.enabled !== undefined;
  if (!unit.exists && isUsed) throw await noUnit(read, wish.name);
  return checked(unit, wish);
}

/** As people write it. */
const bare = (unit: string): string => unit.replace(/\.service$/, "");

async function noUnit(read: Read, name: string): Promise<Error> {
  const names = await read.maybe(unitNames(null));
  const meant = names instanceof Unknown ? undefined : didYouMean(bare(name), names.map(bare));
  const remedy = "install the package that brings it in a task before";
  return hostError(`there is no service ${name}`, {
    remedy: meant === undefined ? `check its name, or ${remedy}` : `did you mean ${meant}? Otherwise ${remedy}`,
  });
}

function checked(unit: ServiceState, wish: Wish): Seen {
  const { name = "", state, enabled, masked } = wish;
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
