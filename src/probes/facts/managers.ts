import type { Subject } from "../../contract/subject.js";
import { factSource } from "./source.js";

/** Where a package manager's program is, the one that decides first: dnf hosts have a yum, too. */
const PACKAGE_MANAGERS: readonly (readonly [path: string, name: string])[] = [
  ["/usr/bin/apt-get", "apt"],
  ["/usr/bin/dnf5", "dnf5"],
  ["/usr/bin/dnf", "dnf"],
  ["/usr/bin/microdnf", "dnf"],
  ["/usr/bin/yum", "yum"],
  ["/usr/bin/zypper", "zypper"],
  ["/sbin/apk", "apk"],
  ["/usr/bin/apk", "apk"],
  ["/usr/bin/pacman", "pacman"],
  ["/usr/bin/emerge", "portage"],
  ["/usr/bin/xbps-install", "xbps"],
  ["/usr/bin/opkg", "opkg"],
];

/** What is there when that init runs, the surest sign first. */
const SERVICE_MANAGERS: readonly (readonly [path: string, name: string])[] = [
  ["/run/systemd/system", "systemd"],
  ["/run/openrc", "openrc"],
  ["/sbin/openrc", "openrc"],
  ["/sbin/procd", "openwrt_init"],
  ["/run/runit", "runit"],
  ["/etc/init.d", "sysvinit"],
];

const PATHS = [...SERVICE_MANAGERS, ...PACKAGE_MANAGERS].map(([path]) => path);

export const managerFacts = factSource({
  kind: "managers",
  names: ["service_mgr", "pkg_mgr"],
  subjects: PATHS.map((path): Subject => `file:${path}`),
  script: `for p in ${PATHS.join(" ")}; do [ ! -e "$p" ] || echo "$p"; done`,
  parse: (text) => {
    const there = text.split("\n");
    const first = (list: typeof PACKAGE_MANAGERS) => list.find(([path]) => there.includes(path))?.[1] ?? null;
    // A bare init has no manager to speak of; Ansible calls that "service".
    return { service_mgr: first(SERVICE_MANAGERS) ?? "service", pkg_mgr: first(PACKAGE_MANAGERS) };
  },
});
