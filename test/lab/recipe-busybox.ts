/**
 * Turns a Debian system into one whose tools are busybox's: the packages of GNU tools, perl, bash and the package manager
 * lose their programs, and every applet takes its name. Kept are what systemd and sshd run by themselves, sudo, shadow's
 * useradd and the like (Debian's busybox has no adduser), and the few POSIX utilities that Debian's busybox leaves out.
 */
export const busyboxScript = `
usermod --shell /bin/sh root
bb=/usr/bin/busybox
keep=' mount umount sulogin agetty login nologin runuser su nice nohup comm split join pr pathchk '
applets=" $($bb --list | $bb grep -vE '^(init|linuxrc|halt|poweroff|reboot|login|nologin|sulogin|su|getty|passwd|mount|umount|dpkg|dpkg-deb|rpm|busybox|udhcpd|ifup|ifdown|run-init|switch_root)$' | $bb tr '\\n' ' ')"
for package in coreutils findutils grep sed mawk gawk tar gzip diffutils bash dash perl perl-base debianutils hostname procps \\
  util-linux util-linux-extra bsdutils iproute2 apt dpkg debconf adduser ucf; do
  dpkg -L "$package" 2>/dev/null || true
done | $bb grep -E '^(/usr)?/s?bin/[^/]+$' >/tmp/doomed
while read -r file; do
  name=\${file##*/}
  case $keep in *" $name "*) continue ;; esac
  $bb rm -f "$file"
done </tmp/doomed
$bb rm -f /tmp/doomed /usr/bin/awk /usr/bin/nawk /usr/bin/which /usr/bin/pager /etc/alternatives/awk /usr/bin/perl*
for name in $applets; do
  $bb rm -f "/usr/sbin/$name"
  $bb ln -sf busybox "/usr/bin/$name"
done
`;
