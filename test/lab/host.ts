import { isRunning, killHost, powerOff } from "./boot.js";
import { execInside } from "./inside.js";
import type { Kind } from "./kinds.js";
import { raiseHost, resetHost } from "./life.js";
import { hostNamesOf, loginUser, namesOf } from "./names.js";
import { plugIn, unplug } from "./network.js";
import { sshArgs, waitForLogin } from "./ready.js";
import { attempt, type Finished } from "./run.js";
import { startSlowProxy, type SlowProxy } from "./slow-proxy.js";
import { withLabLock, type HostState, type LabState } from "./state.js";

/** One host of a lab. */
export class LabHost {
  constructor(
    private readonly lab: LabState,
    private readonly state: HostState,
  ) {}

  get name(): string {
    return this.state.name;
  }

  get kind(): Kind {
    return this.state.kind;
  }

  get address(): string {
    return this.names.address;
  }

  /** The login user, who has sudo without a password. */
  readonly user = loginUser;

  get keyPath(): string {
    return namesOf(this.lab).keyPath;
  }

  get knownHostsPath(): string {
    return namesOf(this.lab).knownHostsPath;
  }

  /** The network namespace that the host lives in. */
  get namespace(): string {
    return this.names.netns;
  }

  /** The host's root folder as seen from this machine. */
  get root(): string {
    return this.names.root;
  }

  get isRunning(): boolean {
    return isRunning(this.names);
  }

  /** Runs a shell command as root, not through SSH: it leaves no trace of a login and needs no network. */
  exec(command: string, input?: string): Promise<Finished> {
    return execInside(this.names, command, input);
  }

  /** Runs a shell command through SSH, as the login user unless told otherwise. */
  ssh(command: string, user: string = loginUser): Promise<Finished> {
    return attempt(["ssh", "-o", "BatchMode=yes", ...this.sshArgs(user), command]);
  }

  /** The arguments of `ssh` for a login here. */
  sshArgs(user: string = loginUser): string[] {
    return sshArgs(namesOf(this.lab), this.names, user);
  }

  /** The running system's id; another one means that it was booted again. */
  async bootId(): Promise<string> {
    return (await this.exec("cat /proc/sys/kernel/random/boot_id")).stdout.trim();
  }

  /** Waits until the login user gets in. */
  waitForLogin(): Promise<void> {
    return waitForLogin(namesOf(this.lab), this.names);
  }

  reset(): Promise<void> {
    return this.locked(() => resetHost(this.lab, this.state));
  }

  /** Pulls the network cable; a boot does not plug it in again, `mend` and `Lab.up` do. */
  cut(): Promise<void> {
    return unplug(this.names);
  }

  mend(): Promise<void> {
    return plugIn(this.names);
  }

  /** Pulls the plug. */
  kill(): Promise<void> {
    return this.locked(() => killHost(this.names));
  }

  /** Shuts down in order, or switches on and waits until SSH answers. */
  power(to: "on" | "off"): Promise<void> {
    return this.locked(() => (to === "off" ? powerOff(this.names) : raiseHost(this.lab, this.state)));
  }

  slowProxy(delayMs: number): Promise<SlowProxy> {
    return startSlowProxy(namesOf(this.lab), this.names, delayMs);
  }

  private get names() {
    return hostNamesOf(this.lab, this.state);
  }

  private locked(work: () => Promise<void>): Promise<void> {
    return withLabLock(this.lab.name, work);
  }
}
