import { defineModule, type TaskResult } from "../contract/module.js";
import { pathMayTouch } from "./support/path-may-touch.js";
import { unarchiveChanges } from "./support/unarchive/change.js";
import { observeUnarchive, type Unarchive } from "./support/unarchive/observe.js";
import { type UnarchiveParams, unarchiveParams } from "./support/unarchive/params.js";
import { leads } from "../contract/change.js";

export const unarchive = defineModule<UnarchiveParams, Unarchive>({
  name: "unarchive",
  summary: "Unpack an archive into a folder",
  description: [
    "What is in the archive is compared with what is in the folder: names, kinds, sizes, links, permissions, and the",
    "contents by one digest over all of them. Only when something is missing or another, all is unpacked (file by file,",
    "so that somebody may see old and new ones side by side). Files that the archive does not have are left alone.",
    "",
    "An archive is refused as a whole that has absolute names, `..`, symbolic links that are or may be outside of `dest`,",
    "files behind links, devices, or setuid and setgid bits (see `allow_setuid`).",
    "",
    "Unlike Ansible, files belong to who unpacks them, whatever numbers the archive has; folders that are there keep their",
    "permissions; only `--strip-components` is taken of `extra_opts`; a URL is fetched by get_url first.",
    "",
    "The host needs tar, and gzip, bzip2, xz or zstd, or unzip. An archive of the controller travels to the host to be",
    "compared, unless `creates` is there: say it for big ones. Ownership of existing files is only looked at when `owner` or",
    "`group` is given. Zips with symbolic links and zip64 are not supported.",
  ].join("\n"),
  class: "state",
  params: unarchiveParams,
  returns: {
    dest: "The folder.",
    src: "The archive.",
    files: "With `list_files`: names in the archive. Not when `creates` was there.",
    msg: "Why nothing was unpacked, when `creates` was there.",
  },
  waves: 6,
  examples: [
    {
      name: "An archive of the controller",
      yaml: "- name: the site\n  unarchive:\n    src: site.tar.gz\n    dest: /srv/www\n    owner: www-data\n    group: www-data",
    },
    {
      name: "One that was downloaded, without its outermost folder",
      yaml: [
        "- name: node",
        "  unarchive:",
        "    src: /var/cache/node-v22.12.0-linux-x64.tar.xz",
        "    dest: /opt/node",
        "    remote_src: true",
        "    extra_opts: [--strip-components=1]",
        "    creates: /opt/node/bin/node",
      ].join("\n"),
    },
    {
      name: "A part of it",
      yaml: "- name: only the documentation\n  unarchive:\n    src: /var/cache/app.zip\n    dest: /srv/docs\n    remote_src: true\n    include: [docs]\n    exclude: ['*.psd']",
    },
  ],
  observe: observeUnarchive,
  diff: unarchiveChanges,
  mayTouch: ({ dest }) => [...pathMayTouch(dest), leads(dest)],
  result: (_outputs, { dest, src, list_files }, state): TaskResult => ({
    dest,
    src,
    ...(state.kind === "seen" && list_files && { files: state.archive.entries.map(({ name }) => name) }),
    ...(state.kind === "skip" && { msg: `skipped, since ${state.creates} exists` }),
  }),
});
