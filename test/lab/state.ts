import { mkdir, readdir, readFile, rename, writeFile } from "node:fs/promises";
import { networkInterfaces } from "node:os";
import { join } from "node:path";
import { withLock } from "./lock.js";
import type { HostSpec } from "./kinds.js";

/** What labs are there; uppers, keys and logs of their hosts lie beside it. */
export const stateRoot = "/var/lib/fettle-lab";

export interface HostState extends HostSpec {
  /** Counts from 1 within the lab; the address, the link and the hardware address follow from it. */
  readonly index: number;
  /** The image that the host's overlay lies on. */
  readonly image: string;
}

/** Everything about a lab that does not follow from its name. */
export interface LabState {
  readonly name: string;
  /** The third octet of the lab's network, 10.99.SUBNET.0/24. */
  readonly subnet: number;
  readonly hosts: readonly HostState[];
}

export function labDir(name: string): string {
  if (!/^[a-z0-9][a-z0-9-]{0,30}$/.test(name))
    throw new Error(`lab: "${name}" is no name for a lab; write small letters, digits and dashes`);
  return join(stateRoot, name);
}

/** Changes to one lab happen one after the other, whichever process asks for them. */
export function withLabLock<T>(name: string, work: () => Promise<T>): Promise<T> {
  return withLock(join(stateRoot, ".locks", labDir(name).split("/").at(-1) ?? name), work);
}

/** The lab of that name, or null when there is none. */
export async function readState(name: string): Promise<LabState | null> {
  try {
    return JSON.parse(await readFile(join(labDir(name), "state.json"), "utf8")) as LabState;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return null;
    throw error;
  }
}

export async function writeState(state: LabState): Promise<void> {
  const file = join(labDir(state.name), "state.json");
  await mkdir(labDir(state.name), { recursive: true });
  await writeFile(`${file}.new`, JSON.stringify(state, null, 2));
  await rename(`${file}.new`, file);
}

/** The lab's state, with a free network of its own when it is new. */
export function claimState(name: string): Promise<LabState> {
  return withLock(join(stateRoot, ".locks", ".subnets"), async () => {
    const known = await readState(name);
    if (known) return known;
    const state: LabState = { name, subnet: await freeSubnet(), hosts: [] };
    await writeState(state);
    return state;
  });
}

/** The names of all labs on this machine. */
export async function labNames(): Promise<string[]> {
  const entries = await readdir(stateRoot).catch(() => []);
  return entries.filter((entry) => !entry.startsWith("."));
}

async function freeSubnet(): Promise<number> {
  const states = await Promise.all((await labNames()).map(readState));
  const taken = new Set(states.map((state) => state?.subnet));
  for (const address of Object.values(networkInterfaces()).flat())
    if (address?.address.startsWith("10.99.")) taken.add(Number(address.address.split(".")[2]));
  for (let subnet = 1; subnet < 255; subnet++) if (!taken.has(subnet)) return subnet;
  throw new Error("lab: no free network under 10.99.0.0/16; take a lab down");
}
