#!/bin/sh
# Boots one host of a lab, and boots it again for as long as it ends by a reboot (systemd-nspawn's status 133).
# Usage: supervisor.sh HOSTDIR, with the LAB_* variables that boot.ts sets.
set -u
dir=$1

# A new network namespace for every boot: firewall rules must not outlive the boot that made them. The hardware address
# stays, since the others remember it.
wire() {
  ip netns del "$LAB_NETNS" 2>/dev/null
  ip link del "$LAB_LINK" 2>/dev/null
  ip netns add "$LAB_NETNS" &&
    ip link add "$LAB_LINK" type veth peer name eth0 address "$LAB_MAC" netns "$LAB_NETNS" &&
    ip link set "$LAB_LINK" master "$LAB_BRIDGE" &&
    ip -n "$LAB_NETNS" link set lo up &&
    ip -n "$LAB_NETNS" address add "$LAB_ADDRESS/24" dev eth0 &&
    ip -n "$LAB_NETNS" link set eth0 up &&
    ip -n "$LAB_NETNS" route add default via "$LAB_GATEWAY" || exit 1
  [ -e "$dir/cut" ] || ip link set "$LAB_LINK" up
}

# Every host has control groups of its own, or the services of all hosts would share theirs.
hierarchies() {
  if [ -e /sys/fs/cgroup/cgroup.procs ]; then echo /sys/fs/cgroup; return; fi
  for hierarchy in /sys/fs/cgroup/*; do
    case $hierarchy in */cpuset) ;; *) echo "$hierarchy" ;; esac
  done
}

enter_cgroups() {
  for hierarchy in $(hierarchies); do
    [ ! -d "$hierarchy/$LAB_CGROUP" ] || find "$hierarchy/$LAB_CGROUP" -depth -type d -exec rmdir {} + 2>/dev/null
    mkdir -p "$hierarchy/$LAB_CGROUP" && echo 0 >"$hierarchy/$LAB_CGROUP/cgroup.procs"
  done
}

# The unified layout, since newer systemd refuses the legacy one; net.* is writable, as on a real host.
boot() {
  enter_cgroups
  SYSTEMD_NSPAWN_UNIFIED_HIERARCHY=1 SYSTEMD_NSPAWN_API_VFS_WRITABLE=network exec systemd-nspawn -q \
    -D "$dir/root" --network-namespace-path="/run/netns/$LAB_NETNS" --register=no --keep-unit \
    --machine="$LAB_MACHINE" --hostname="$LAB_HOST" --capability=CAP_NET_ADMIN,CAP_NET_RAW,CAP_SYS_NICE -b
}

status=133
while [ "$status" = 133 ]; do
  wire
  (boot) </dev/null
  status=$?
done
