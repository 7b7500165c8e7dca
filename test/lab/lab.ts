import { rm, writeFile } from "node:fs/promises";
import { stopAcme } from "./acme.js";
import { ensureHostPackages } from "./host-packages.js";
import { LabHost } from "./host.js";
import { ensureImage, exists } from "./image.js";
import { inventoryOf } from "./inventory.js";
import { ensureUserKey, writeKnownHosts } from "./keys.js";
import { suiteOf, type HostSpec } from "./kinds.js";
import { ensureNodeArchive, readNodeArchive, type NodeArchive } from "./node-archive.js";
import { ensureInotify } from "./limits.js";
import { prepareKeys, raiseHost, removeHost } from "./life.js";
import { hostNamesOf, namesOf } from "./names.js";
import { ensureBridge, plugIn, removeBridge } from "./network.js";
import { ensureServer, stopServer } from "./repository-server.js";
import { ensureRepository } from "./repository.js";
import type { SlowProxy } from "./slow-proxy.js";
import { claimState, readState, withLabLock, writeState, type HostState, type LabState } from "./state.js";

export interface LabOptions {
  /** Labs of different names never collide; the same name is the same lab, whichever process asks. */
  readonly name?: string;
  readonly hosts: readonly HostSpec[];
  /** Takes a lab of that name down first, so that all hosts are bare. */
  readonly fresh?: boolean;
}

/** Real Debian hosts on this machine. They go on running after the process that made them has ended. */
export class Lab {
  private constructor(private state: LabState) {}

  /** Brings the hosts up, or adds those that a running lab lacks. All answer SSH when it returns. */
  static async up({ name = "lab", hosts, fresh = false }: LabOptions): Promise<Lab> {
    await ensureHostPackages();
    await ensureInotify();
    await Promise.all([...new Set(hosts.map((host) => host.kind))].map(ensureImage));
    await Promise.all([
      ...[...new Set(hosts.map((host) => suiteOf(host.kind)))].map(ensureRepository),
      ensureNodeArchive(),
    ]);
    return withLabLock(name, async () => {
      if (fresh) await takeDown(name);
      const state = await extendState(await claimState(name), hosts);
      await raise(state);
      return new Lab(state);
    });
  }

  /** The lab of that name, which must be there. */
  static async open(name = "lab"): Promise<Lab> {
    const state = await readState(name);
    if (state === null) throw new Error(`lab: there is no lab "${name}"; bring it up first`);
    return new Lab(state);
  }

  get name(): string {
    return this.state.name;
  }

  /** Where the hosts find packages (`/bookworm`, `/trixie`, `/sid`) and files (`/files/…`): `http://10.99.N.1:8099`. */
  get url(): string {
    return namesOf(this.state).url;
  }

  /** Node.js as served to the hosts, with its checksum. */
  async nodeArchive(): Promise<NodeArchive & { readonly url: string }> {
    const archive = await readNodeArchive();
    return { ...archive, url: `${this.url}/files/${archive.fileName}` };
  }

  get knownHostsPath(): string {
    return namesOf(this.state).knownHostsPath;
  }

  /** The private key of the login user, of `operator` and of root. */
  get keyPath(): string {
    return namesOf(this.state).keyPath;
  }

  /** The file that holds `inventory()`. */
  get inventoryPath(): string {
    return namesOf(this.state).inventoryPath;
  }

  get hosts(): readonly LabHost[] {
    return this.state.hosts.map((host) => new LabHost(this.state, host));
  }

  host(name: string): LabHost {
    const found = this.hosts.find((host) => host.name === name);
    if (found) return found;
    const known = this.hosts.map((host) => host.name).join(", ");
    throw new Error(`lab: there is no host "${name}" in lab "${this.name}"; it has ${known}`);
  }

  /** The text of an INI inventory of all hosts, a group for each kind. */
  inventory(): string {
    return inventoryOf(this.state);
  }

  /** A bare host again, quickly; its address and its keys stay. */
  async reset(host: string): Promise<void> {
    await this.host(host).reset();
  }

  /** A TCP proxy before the host's port 22 that delays both ways; close it when done. */
  slowProxy(host: string, delayMs: number): Promise<SlowProxy> {
    return this.host(host).slowProxy(delayMs);
  }

  /** Leaves no process, mount, namespace, link or file of the lab behind. */
  async down(): Promise<void> {
    await Lab.down(this.name);
  }

  /** The same for a lab of which perhaps only leftovers are there. */
  static async down(name = "lab"): Promise<void> {
    await withLabLock(name, () => takeDown(name));
  }
}

async function extendState(state: LabState, specs: readonly HostSpec[]): Promise<LabState> {
  const hosts: HostState[] = [...state.hosts];
  for (const spec of specs) {
    const at = hosts.findIndex((host) => host.name === spec.name);
    const known = hosts[at];
    if (known && known.kind !== spec.kind)
      throw new Error(`lab: ${spec.name} is ${known.kind} already, not ${spec.kind}; take the lab down first`);
    if (known && (await exists(known.image))) continue;
    const index = known?.index ?? Math.max(0, ...hosts.map((host) => host.index)) + 1;
    hosts[known ? at : hosts.length] = { ...spec, index, image: await ensureImage(spec.kind) };
  }
  const extended = { ...state, hosts };
  await writeState(extended);
  return extended;
}

async function raise(state: LabState): Promise<void> {
  const lab = namesOf(state);
  await Promise.all([ensureUserKey(lab), ensureBridge(state), ...state.hosts.map((host) => prepareKeys(state, host))]);
  await writeKnownHosts(state);
  await writeFile(lab.inventoryPath, inventoryOf(state));
  await ensureServer(lab);
  await Promise.all(state.hosts.map((host) => plugIn(hostNamesOf(state, host))));
  await Promise.all(state.hosts.map((host) => raiseHost(state, host)));
}

async function takeDown(name: string): Promise<void> {
  const state = await readState(name);
  if (state === null) return;
  await Promise.all(state.hosts.map((host) => removeHost(state, host)));
  await stopAcme(namesOf(state));
  await stopServer(namesOf(state));
  await removeBridge(state);
  await rm(namesOf(state).dir, { recursive: true, force: true });
}
