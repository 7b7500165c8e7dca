import type { LabHost } from "../lab/index.js";

/** Folders that change by themselves, by logging in, and by sudo. */
const VOLATILE = ["/proc", "/sys", "/dev", "/run", "/tmp", "/var/tmp", "/var/log", "/var/lib/sudo", "/var/lib/systemd"];

/** Files with content, owners and times; packages; accounts; units and how they run. */
export async function snapshot(host: LabHost): Promise<string> {
  const prune = VOLATILE.map((folder) => `-path ${folder}`).join(" -o ");
  const script = [
    `find / -xdev \\( ${prune} \\) -prune -o -printf '%y %m %u:%g %s %T@ %p -> %l\\n' | sort`,
    `find /etc /home /root /srv /opt /usr/local /var/lib/fettle -xdev -type f -exec sha256sum {} + 2>/dev/null | sort`,
    "dpkg-query -W 2>/dev/null",
    "cat /etc/passwd /etc/group",
    "systemctl list-unit-files --no-legend 2>/dev/null",
    "systemctl list-units --all --no-legend --plain --type=service,timer,socket 2>/dev/null | awk '{ print $1, $3 }' | grep -v -e ssh@ -e user@ -e session- -e user-runtime-dir@",
  ].join("\n");
  const { stdout } = await host.exec(script);
  return stdout;
}
