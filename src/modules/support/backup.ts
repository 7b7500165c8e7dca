/** `/etc/hosts.2026-05-04@13:02:11.093~`: beside the file, as Ansible does. Not the same twice. */
export function backupName(path: string, now = new Date()): string {
  const stamp = now.toISOString().slice(0, -1).replace("T", "@");
  return `${path}.${stamp}~`;
}
