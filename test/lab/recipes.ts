import { createHash } from "node:crypto";
import { suiteOf, type Kind } from "./kinds.js";
import { busyboxScript } from "./recipe-busybox.js";
import { operatorPassword } from "./names.js";

/** How the image of a kind is made: Debian packages, then a shell script run inside. */
export interface Recipe {
  readonly suite: string;
  readonly packages: readonly string[];
  readonly script: string;
}

const base = ["systemd-sysv", "dbus", "openssh-server", "iproute2", "ca-certificates", "procps", "sudo"];

const extra: Readonly<Record<Kind, readonly string[]>> = {
  bookworm: [],
  trixie: [],
  sid: [],
  busybox: ["busybox"],
  bench: ["python3", "python3-apt"],
};

/**
 * apt's and Debian's own timers would take apt's locks at random moments; the console needs no login prompt. Debian has a
 * group `operator` already.
 */
const commonScript = `
set -eu
useradd --create-home --shell "$LOGIN_SHELL" deploy
useradd --create-home --shell "$LOGIN_SHELL" --gid operator --groups sudo operator
echo 'operator:${operatorPassword}' | chpasswd
echo 'deploy ALL=(ALL:ALL) NOPASSWD: ALL' >/etc/sudoers.d/deploy
chmod 0440 /etc/sudoers.d/deploy
printf '%s\\n' 'PasswordAuthentication yes' 'PermitRootLogin prohibit-password' >/etc/ssh/sshd_config.d/lab.conf
rm -f /etc/ssh/ssh_host_* /etc/apt/sources.list /etc/apt/sources.list.d/*
rm -rf /var/lib/apt/lists /var/cache/apt/*.bin /var/cache/apt/archives
mkdir -p /var/lib/apt/lists/partial /var/cache/apt/archives/partial
rm -rf /etc/systemd/system/timers.target.wants /etc/systemd/system/getty.target.wants
ln -sf /dev/null /etc/systemd/system/console-getty.service
touch /etc/.updated /var/.updated
`;

export function recipeOf(kind: Kind): Recipe {
  const shell = kind === "busybox" ? "/bin/sh" : "/bin/bash";
  const script = `LOGIN_SHELL=${shell}\n${commonScript}${kind === "busybox" ? busyboxScript : ""}`;
  return { suite: suiteOf(kind), packages: [...base, ...extra[kind]], script };
}

/** Changes whenever what is made by it would. */
export function stampOf(recipe: unknown): string {
  return createHash("sha256").update(JSON.stringify(recipe)).digest("hex").slice(0, 12);
}
