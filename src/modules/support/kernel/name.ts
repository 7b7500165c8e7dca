/** Where a setting is below /proc/sys. `net.ipv4.conf.eth0/1.forwarding` and `net/ipv4/conf/eth0.1/forwarding` are one. */
export function settingPath(name: string): string {
  const first = /[./]/.exec(name)?.[0];
  if (first === "/") return name;
  return name.replace(/[./]/g, (separator) => (separator === "." ? "/" : "."));
}

export function isSettingName(name: string): boolean {
  const parts = settingPath(name).split("/");
  return /^[A-Za-z0-9_]/.test(name) && parts.every((part) => /^[A-Za-z0-9_.:@-]+$/.test(part) && !/^\.+$/.test(part));
}
