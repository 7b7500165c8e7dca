import { connect } from "node:net";
import { loginUser, type HostNames, type LabNames } from "./names.js";
import { attempt, until } from "./run.js";

/** The arguments of `ssh` for a login on a lab host, host key checked. */
export function sshArgs(lab: LabNames, host: HostNames, user: string = loginUser): string[] {
  const options = [
    `UserKnownHostsFile=${lab.knownHostsPath}`,
    "GlobalKnownHostsFile=/dev/null",
    "StrictHostKeyChecking=yes",
    "IdentitiesOnly=yes",
    "LogLevel=ERROR",
    // A host that is powered off says nothing to a login that it had.
    "ConnectTimeout=10",
    "ServerAliveInterval=5",
    "ServerAliveCountMax=3",
  ];
  return ["-F", "none", "-i", lab.keyPath, ...options.flatMap((option) => ["-o", option]), `${user}@${host.address}`];
}

/** Waits until the login user really gets in: sshd greets well before systemd lets users log in. */
export async function waitForLogin(lab: LabNames, host: HostNames, timeoutMs = 60_000): Promise<void> {
  await until(`${host.machine} greets at ${host.address}:22 (see ${host.console})`, timeoutMs, () =>
    greets(host.address),
  );
  const login = ["ssh", "-o", "BatchMode=yes", ...sshArgs(lab, host), "true"];
  await until(`${loginUser} logs in on ${host.machine} (see ${host.console})`, timeoutMs, async () => {
    return (await attempt(login, { timeoutMs })).code === 0;
  });
}

function greets(address: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: address, port: 22, timeout: 1000 });
    const answer = (value: boolean): void => {
      socket.destroy();
      resolve(value);
    };
    socket.once("data", () => answer(true));
    socket.once("timeout", () => answer(false));
    socket.once("error", () => answer(false));
    socket.once("close", () => answer(false));
  });
}
