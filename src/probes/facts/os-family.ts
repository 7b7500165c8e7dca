/** Ansible's word for a family of distributions → the distributions, by their ID in os-release. */
const FAMILIES: Readonly<Record<string, readonly string[]>> = {
  Debian: ["debian", "ubuntu", "raspbian", "devuan", "kali", "linuxmint", "pop", "neon", "parrot", "deepin"],
  RedHat: ["rhel", "fedora", "centos", "rocky", "almalinux", "ol", "amzn", "scientific", "openeuler", "eurolinux"],
  Suse: ["sles", "sled", "suse", "opensuse", "opensuse-leap", "opensuse-tumbleweed", "sles_sap", "sl-micro"],
  Archlinux: ["arch", "archarm", "manjaro", "antergos"],
  Alpine: ["alpine"],
  Gentoo: ["gentoo", "funtoo"],
  Mandrake: ["mageia", "mandriva"],
  Slackware: ["slackware"],
  Void: ["void"],
  NixOS: ["nixos"],
};

/** How Ansible writes a distribution where that is not its ID with a capital letter. */
const NAMES: Readonly<Record<string, string>> = {
  raspbian: "Debian",
  rhel: "RedHat",
  centos: "CentOS",
  almalinux: "AlmaLinux",
  ol: "OracleLinux",
  amzn: "Amazon",
  sles: "SLES",
  sled: "SLED",
  opensuse: "openSUSE",
  "opensuse-leap": "openSUSE Leap",
  "opensuse-tumbleweed": "openSUSE Tumbleweed",
  arch: "Archlinux",
  linuxmint: "Linux Mint",
  pop: "Pop!_OS",
  neon: "KDE neon",
  nixos: "NixOS",
  openeuler: "openEuler",
};

export function distributionName(id: string): string {
  return NAMES[id] ?? id.charAt(0).toUpperCase() + id.slice(1);
}

/** By the ID itself, else by what it says it is like; a distribution of no known family is its own. */
export function osFamily(id: string, like: readonly string[]): string {
  for (const candidate of [id, ...like]) {
    const found = Object.entries(FAMILIES).find(([, ids]) => ids.includes(candidate));
    if (found !== undefined) return found[0];
  }
  return distributionName(id);
}
