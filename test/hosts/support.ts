import type { Target } from "../../src/contract/transport.js";
import { LocalHost } from "../support/local-host.js";
import type { LabHost } from "../lab/index.js";

/** How fettle gets into a host of the lab, as root. */
export function rootAt(host: LabHost): Target {
  return {
    name: host.name,
    transport: "ssh2",
    address: host.address,
    user: "root",
    privateKeyFile: host.keyPath,
    sshOptions: { userknownhostsfile: host.knownHostsPath },
    connectTimeoutMs: 20_000,
    becomeMethod: "sudo",
  };
}

/** A logged-in host of the lab, as the laws want one. */
export function enter(host: LabHost): Promise<LocalHost> {
  return LocalHost.open(rootAt(host));
}
