import { rm, writeFile } from "node:fs/promises";
import { hostNamesOf, namesOf, type HostNames } from "./names.js";
import { attempt, run } from "./run.js";
import type { HostState, LabState } from "./state.js";

/** The bridge that all hosts of the lab and this machine share. What is missing of it is made: a killed run left the rest. */
export async function ensureBridge(state: LabState): Promise<void> {
  const { bridge, gateway } = namesOf(state);
  if ((await attempt(["ip", "link", "show", "dev", bridge])).code !== 0)
    // Snooping would hold back the multicast by which load balancers find each other.
    await run(["ip", "link", "add", bridge, "type", "bridge", "mcast_snooping", "0"]);
  await run(["ip", "address", "replace", `${gateway}/24`, "dev", bridge]);
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

/** Pulls the host's cable; a boot does not plug it in again. */
export async function unplug(host: HostNames): Promise<void> {
  await writeFile(host.cutMark, "");
  await run(["ip", "link", "set", host.link, "down"]);
}

/** Plugs the host's cable in, now or for the next boot. */
export async function plugIn(host: HostNames): Promise<void> {
  await rm(host.cutMark, { force: true });
  const { code } = await attempt(["ip", "link", "show", "dev", host.link]);
  if (code === 0) await run(["ip", "link", "set", host.link, "up"]);
}
