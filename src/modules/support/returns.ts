/** What file modules give to `register`. */
export const fileReturns: Readonly<Record<string, string>> = {
  dest: "The file's path.",
  path: "The same.",
  mode: 'Permissions, as `"0644"`.',
  owner: "Name of the owner.",
  group: "Name of the group.",
  size: "Bytes.",
  state: "`file`.",
  checksum: "SHA-1 of the content, in hex. Not for files above 256 KiB.",
  backup_file: "The copy of the old file, when one was made.",
};
