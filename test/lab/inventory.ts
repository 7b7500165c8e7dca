import { kinds } from "./kinds.js";
import { hostNamesOf, loginUser, namesOf } from "./names.js";
import type { LabState } from "./state.js";

/** An INI inventory of the lab's hosts, with a group for each kind that is there. */
export function inventoryOf(state: LabState): string {
  const lab = namesOf(state);
  const hosts = state.hosts.map((host) => `${host.name} ansible_host=${hostNamesOf(state, host).address}`);
  const groups = kinds.flatMap((kind) => {
    const members = state.hosts.filter((host) => host.kind === kind).map((host) => host.name);
    return members.length === 0 ? [] : ["", `[${kind}]`, ...members];
  });
  const vars = [
    "",
    "[all:vars]",
    `ansible_user=${loginUser}`,
    `ansible_ssh_private_key_file=${lab.keyPath}`,
    `ansible_ssh_common_args='-o UserKnownHostsFile=${lab.knownHostsPath}'`,
    `lab_url=${lab.url}`,
  ];
  return [...hosts, ...groups, ...vars, ""].join("\n");
}
