import { hostNamesOf, namesOf, type HostNames } from "./names.js";
import { attempt, run } from "./run.js";
import type { HostState, LabState } from "./state.js";

/** The bridge that all hosts of the lab and this machine share. Made when missing. */
export async function ensureBridge(state: LabState): Promise<void> {
  const { bridge, gateway } = namesOf(state);
  if ((await attempt(["ip", "link", "show", "dev", bridge])).code === 0) return;
  // Snooping would hold back the multicast by which load balancers find each other.
  await run(["ip", "link", "add", bridge, "type", "bridge", "mcast_snooping", "0"]);
  await run(["ip", "address", "add", `${gateway}/24`, "dev", bridge]);
  await run(["ip", "link", "set", bridge, "up"]);
}

export async function removeBridge(state: LabState): Promise<void> {
  await attempt(["ip", "link", "del", namesOf(state).bridge]);
}

export async function removeWiring(state: LabState, host: HostState): Promise<void> {
  const { netns, link } = hostNamesOf(state, host);
  await attempt(["ip", "link", "del", link]);
  await attempt(["ip", "netns", "del", netns]);
}

/** Pulls the host's cable or plugs it in again. */
export async function setLink(host: HostNames, to: "up" | "down"): Promise<void> {
  await run(["ip", "link", "set", host.link, to]);
}
