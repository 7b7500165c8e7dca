import { factSource } from "./source.js";

/** Evidence, one line each: `container=`, `product=`, `vendor=`, `hypervisor`, `kvm`. */
const SCRIPT = `p() { [ -r "$2" ] && { printf '%s=' "$1"; tr '\\0' '\\n' <"$2" | head -n 1; }; }
p container /run/systemd/container; p container /run/host/container-manager
[ -e /.dockerenv ] && echo container=docker
[ -e /run/.containerenv ] && echo container=podman
[ -r /proc/1/environ ] && tr '\\0' '\\n' </proc/1/environ 2>/dev/null | grep '^container='
grep -qa '/lxc/' /proc/1/cgroup 2>/dev/null && echo container=lxc
p product /sys/class/dmi/id/product_name; p vendor /sys/class/dmi/id/sys_vendor; p xen /sys/hypervisor/type
grep -qw hypervisor /proc/cpuinfo && echo hypervisor
grep -q '^kvm ' /proc/modules 2>/dev/null && echo kvm
:`;

/** What makers of virtual machines write into their firmware. */
const MACHINES: readonly (readonly [RegExp, string])[] = [
  [/\bKVM\b|\bQEMU\b|RHEV|oVirt|OpenStack|Google|DigitalOcean|Amazon EC2|Hetzner|Bochs/i, "kvm"],
  [/VMware/i, "VMware"],
  [/VirtualBox|innotek/i, "virtualbox"],
  [/Virtual Machine|Hyper-V/i, "VirtualPC"],
  [/\bXen\b|HVM domU/i, "xen"],
  [/Parallels/i, "parallels"],
];

/** `virtualization_role`: guest, host or NA; `virtualization_type`: kvm, docker, systemd-nspawn … or NA, as in Ansible. */
export const virtualizationFacts = factSource({
  kind: "virtualization",
  names: ["virtualization_type", "virtualization_role"],
  subjects: ["kernel:machine"],
  script: SCRIPT,
  parse: (text) => {
    const container = /^container=(.+)$/m.exec(text)?.[1];
    if (container !== undefined) return guest(container === "oci" ? "container" : container);
    const firmware = text.split("\n").filter((line) => /^(product|vendor|xen)=/.test(line));
    const machine = MACHINES.find(([pattern]) => firmware.some((line) => pattern.test(line.replace(/^\w+=/, ""))));
    if (machine !== undefined) return guest(machine[1]);
    if (/^hypervisor$/m.test(text)) return guest("kvm");
    return /^kvm$/m.test(text)
      ? { virtualization_type: "kvm", virtualization_role: "host" }
      : { virtualization_type: "NA", virtualization_role: "NA" };
  },
});

function guest(type: string) {
  return { virtualization_type: type, virtualization_role: "guest" };
}
