import type { Change } from "../contract/change.js";
import { defineModule, type TaskResult } from "../contract/module.js";
import type { Read } from "../contract/query.js";
import { type Existing, existingChanges, observeExisting } from "./support/file/attributes.js";
import { type Absent, absentChanges, observeAbsent } from "./support/file/absent.js";
import { type Directory, directoryChanges, observeDirectory } from "./support/file/directory.js";
import { type HardLink, hardChanges, observeHard } from "./support/file/hard.js";
import { linkChanges, observeLink, type SymbolicLink } from "./support/file/link.js";
import { type FileParams, fileParams } from "./support/file/params.js";
import { observeTouch, type Touch, touchChanges, touchesAlways } from "./support/file/touch.js";
import { fileResult } from "./support/file/result.js";
import { linkMayTouch, pathMayTouch } from "./support/path-may-touch.js";

export type FileState = Existing | Absent | Directory | HardLink | SymbolicLink | Touch;

export const file = defineModule<FileParams, FileState>({
  name: "file",
  summary: "Make files, folders and links exist or not, with their permissions",
  description: [
    "`state: directory` makes the folders above too; all that are new get the attributes. An existing symbolic link to a",
    "folder is taken for that folder unless `follow: false`. `state: absent` removes a link, not what it leads to.",
    "",
    "`recurse` leaves symbolic links below, and what they lead to, alone.",
    "",
    "fettle does not go through a symbolic link of another user: he could point it at any file. Name the place itself, or",
    "act as that user.",
  ].join("\n"),
  class: "state",
  params: fileParams,
  returns: {
    path: "The path.",
    dest: "The same.",
    state: "`file`, `directory`, `link`, `hard` or `absent`.",
    mode: 'Permissions, as `"0755"`.',
    owner: "Name of the owner.",
    group: "Name of the group.",
    src: "What a link leads to.",
  },
  waves: 2,
  examples: [
    {
      name: "A folder",
      yaml: '- name: configuration folder\n  file:\n    path: /etc/app/conf.d\n    state: directory\n    owner: root\n    mode: "0755"',
    },
    {
      name: "A symbolic link",
      yaml: "- name: current release\n  file:\n    src: /usr/share/zoneinfo/UTC\n    dest: /etc/localtime\n    state: link",
    },
    {
      name: "Nothing there",
      yaml: "- name: no default page\n  file:\n    path: /var/www/html/index.html\n    state: absent",
    },
  ],
  observe,
  diff,
  actsAlways: touchesAlways,
  mayTouch: ({ state, path }) => (state === "link" ? linkMayTouch(path) : pathMayTouch(path)),
  result: (_outputs, given, state): TaskResult => fileResult(state, given),
});

function observe(read: Read, given: FileParams): Promise<FileState> {
  switch (given.state) {
    case "absent":
      return observeAbsent(read, given);
    case "directory":
      return observeDirectory(read, given);
    case "hard":
      return observeHard(read, given);
    case "link":
      return observeLink(read, given);
    case "touch":
      return observeTouch(read, given);
    case "file":
    case undefined:
      return observeExisting(read, given);
    default:
      return given.state satisfies never;
  }
}

function diff(state: FileState, given: FileParams): readonly Change[] {
  switch (state.kind) {
    case "absent":
      return absentChanges(state, given);
    case "directory":
      return directoryChanges(state, given);
    case "hard":
      return hardChanges(state, given);
    case "link":
      return linkChanges(state, given);
    case "touch":
      return touchChanges(state, given);
    case "existing":
      return existingChanges(state, given);
    default:
      return state satisfies never;
  }
}
