import type { Facts } from "../../../probes/file-facts.js";
import { showMode } from "../mode.js";

const TYPES = {
  isfifo: 0o010000,
  ischr: 0o020000,
  isdir: 0o040000,
  isblk: 0o060000,
  isreg: 0o100000,
  islnk: 0o120000,
  issock: 0o140000,
} as const;

const BITS = {
  isuid: 0o4000,
  isgid: 0o2000,
  rusr: 0o400,
  wusr: 0o200,
  xusr: 0o100,
  rgrp: 0o040,
  wgrp: 0o020,
  xgrp: 0o010,
  roth: 0o004,
  woth: 0o002,
  xoth: 0o001,
} as const;

/** Ansible's keys. Nothing but `exists` where nothing is. */
export function statKeys(path: string, facts: Facts | null, checksum: string | undefined): Record<string, unknown> {
  if (facts === null) return { exists: false };
  const { rawMode, owner, group, link } = facts;
  return {
    exists: true,
    path,
    mode: showMode(rawMode & 0o7777),
    ...mapped(TYPES, (type) => (rawMode & 0o170000) === type),
    ...mapped(BITS, (bit) => (rawMode & bit) !== 0),
    size: facts.sizeBytes,
    uid: facts.uid,
    gid: facts.gid,
    ...(owner !== undefined && { pw_name: owner }),
    ...(group !== undefined && { gr_name: group }),
    nlink: facts.names,
    inode: facts.inode,
    dev: facts.device,
    atime: facts.accessed,
    mtime: facts.modified,
    ctime: facts.changed,
    readable: facts.readable,
    writeable: facts.writable,
    executable: facts.executable,
    ...(link !== undefined && { lnk_source: link.source, lnk_target: link.target }),
    ...(checksum !== undefined && { checksum }),
  };
}

function mapped(table: Readonly<Record<string, number>>, test: (value: number) => boolean): Record<string, boolean> {
  return Object.fromEntries(Object.entries(table).map(([key, value]) => [key, test(value)]));
}
