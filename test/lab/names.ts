import { join } from "node:path";
import { labDir, type HostState, type LabState } from "./state.js";

/** The port of the lab's package repository on the bridge's address. */
export const repositoryPort = 8099;

/** The user `deploy` has sudo without a password; `operator` has this password, for sudo and for the login. */
export const loginUser = "deploy";
export const operatorUser = "operator";
export const operatorPassword = "fettle-lab";

/** Names and places of a lab. Interface names hold 15 characters at most, so they come from the subnet's number. */
export function namesOf(state: Pick<LabState, "name" | "subnet">) {
  const dir = labDir(state.name);
  const gateway = `10.99.${state.subnet}.1`;
  return {
    dir,
    bridge: `fl${state.subnet}br`,
    gateway,
    keyPath: join(dir, "id_ed25519"),
    knownHostsPath: join(dir, "known_hosts"),
    inventoryPath: join(dir, "inventory.ini"),
    url: `http://${gateway}:${repositoryPort}`,
  } as const;
}

/** Names and places of one host. */
export function hostNamesOf(state: Pick<LabState, "name" | "subnet">, host: HostState) {
  const dir = join(labDir(state.name), "hosts", host.name);
  const hex = (value: number): string => value.toString(16).padStart(2, "0");
  return {
    dir,
    root: join(dir, "root"),
    /** What the host wrote over its image, and the mark of a layer whose making was finished. */
    layer: join(dir, "layer"),
    upper: join(dir, "layer/upper"),
    work: join(dir, "layer/work"),
    layerMark: join(dir, "layer/image"),
    keys: join(dir, "keys"),
    console: join(dir, "console.log"),
    /** There while the host's cable is pulled. */
    cutMark: join(dir, "cut"),
    netns: `fl${state.subnet}-${host.name}`,
    machine: `fl${state.subnet}-${host.name}`,
    link: `fl${state.subnet}v${host.index}`,
    mac: `02:99:00:00:${hex(state.subnet)}:${hex(host.index)}`,
    address: `10.99.${state.subnet}.${9 + host.index}`,
    cgroup: `fettle-lab-fl${state.subnet}-${host.name}`,
  } as const;
}

export type LabNames = ReturnType<typeof namesOf>;
export type HostNames = ReturnType<typeof hostNamesOf>;
