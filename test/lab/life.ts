import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { boot, isRunning, killHost } from "./boot.js";
import { ensureHostKeys } from "./keys.js";
import { discardRoot, isMounted, mountRoot } from "./mount.js";
import { hostNamesOf, namesOf } from "./names.js";
import { removeWiring } from "./network.js";
import { introduce, provision } from "./provision.js";
import { waitForLogin } from "./ready.js";
import { say } from "./run.js";
import type { HostState, LabState } from "./state.js";

/** Brings a host up from whatever is there: nothing, a half-made host, one that is off, one that runs. */
export async function raiseHost(state: LabState, host: HostState): Promise<void> {
  const names = hostNamesOf(state, host);
  if (isRunning(names) && (await isMounted(names.root))) {
    await introduce(state, host);
    const isWell = await waitForLogin(namesOf(state), names, 30_000).then(
      () => true,
      () => false,
    );
    if (isWell) return;
    say(`${host.name} runs, but nobody gets in: booting it again`);
  }
  await prepareAndBoot(state, host);
  await waitForLogin(namesOf(state), names);
}

/** Keys come before everything else, so that known_hosts can be written before the first login. */
export async function prepareKeys(state: LabState, host: HostState): Promise<void> {
  const names = hostNamesOf(state, host);
  await mkdir(names.dir, { recursive: true });
  await ensureHostKeys(names);
}

/** Throws away all that happened on the host: a bare host again, with its keys and its address. */
export async function resetHost(state: LabState, host: HostState): Promise<void> {
  const names = hostNamesOf(state, host);
  await killHost(names);
  await discardRoot(names);
  await rm(names.cutMark, { force: true });
  await raiseHost(state, host);
}

/** Leaves nothing of the host. */
export async function removeHost(state: LabState, host: HostState): Promise<void> {
  const names = hostNamesOf(state, host);
  await killHost(names);
  await removeWiring(state, host);
  await discardRoot(names);
  await rm(names.dir, { recursive: true, force: true });
}

async function prepareAndBoot(state: LabState, host: HostState): Promise<void> {
  const names = hostNamesOf(state, host);
  // A killed supervisor leaves its host's processes behind.
  await killHost(names);
  const isWhole = (await readFile(names.layerMark, "utf8").catch(() => "")) === host.image;
  if (!isWhole) await discardRoot(names);
  await mountRoot(names, host.image);
  if (!isWhole) {
    await provision(state, host);
    await writeFile(names.layerMark, host.image);
  }
  await introduce(state, host);
  boot(namesOf(state), names, host.name);
}
