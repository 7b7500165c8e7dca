import { basename } from "node:path/posix";
import { defineModule, type Local, type LocalEntry, type TaskResult } from "../contract/module.js";
import type { Read } from "../contract/query.js";
import { fileContent, textContent } from "./support/content.js";
import { type CopyParams, copyParams } from "./support/copy/params.js";
import { localOptions, readRemote, sourceOptions } from "./support/copy/source.js";
import { askAhead, observeTree, type TreeCopy, treeChanges } from "./support/copy/tree.js";
import { type Delivery, deliveryChanges, deliveryResult, observeDelivery } from "./support/deliver.js";
import { fileReturns } from "./support/returns.js";
import { linkMayTouch } from "./support/path-may-touch.js";

type CopyState = TreeCopy | (Delivery & { readonly kind: "file" });

export const copy = defineModule<CopyParams, CopyState>({
  name: "copy",
  summary: "Write files from the controller, from text, or from elsewhere on the host",
  description: [
    "Files are compared first, and only those are sent that differ. Each is written beside its place, given owner and",
    "mode, checked by `validate`, and renamed: nobody sees half a file.",
    "",
    "`src: site` with `dest: /srv` makes `/srv/site`; `src: site/` makes what is in `site` directly below `/srv`. What lies",
    "on the host besides is left alone. New folders get `directory_mode`, `owner` and `group`; folders that are there keep",
    "theirs.",
    "",
    "With `remote_src` only plain files are copied.",
  ].join("\n"),
  class: "state",
  params: copyParams,
  returns: { ...fileReturns, src: "The source's name. Not with `content`.", state: "`file`, or `directory`." },
  waves: 4,
  examples: [
    {
      name: "A file with its permissions",
      yaml: '- name: greeting\n  copy:\n    src: motd\n    dest: /etc/motd\n    owner: root\n    group: root\n    mode: "0644"',
    },
    {
      name: "A text, checked before it is taken",
      yaml: '- name: sudo without a password\n  copy:\n    content: |\n      deploy ALL=(ALL) NOPASSWD: ALL\n    dest: /etc/sudoers.d/deploy\n    mode: "0440"\n    validate: /usr/sbin/visudo -cf %s',
    },
    {
      name: "All that is in a folder",
      yaml: '- name: the site\n  copy:\n    src: site/\n    dest: /srv/www\n    mode: "0644"\n    directory_mode: "0755"',
    },
  ],
  observe,
  diff: (state, given) => (state.kind === "tree" ? treeChanges(state, given) : deliveryChanges(state)),
  mayTouch: (given) => (given.src === undefined ? [] : linkMayTouch(given.dest)),
  result: (_outputs, given, state): TaskResult => ({
    ...(state.kind === "tree" ? treeResult(state) : deliveryResult(state)),
    ...(given.src !== undefined && { src: given.src }),
  }),
});

async function observe(read: Read, given: CopyParams, local: Local): Promise<CopyState> {
  const { src, dest } = given;
  if (src === undefined) {
    const options = localOptions(given, undefined);
    return fileState(await observeDelivery(read, dest, undefined, textContent(given.content ?? ""), options));
  }
  if (given.remote_src) {
    const [{ content, mode }] = await Promise.all([readRemote(read, src), askAhead(read, [dest])]);
    return fileState(await observeDelivery(read, dest, basename(src), content, sourceOptions(given, mode)));
  }
  const file = await local.file(src, given.decrypt);
  if (file.isDirectory) {
    const folder = dest === "/" ? "" : dest.replace(/\/$/, "");
    const root = src.endsWith("/") ? folder || "/" : `${folder}/${basename(src)}`;
    return observeTree(read, root, await local.tree(src, given.local_follow, given.decrypt), given);
  }
  if (dest.endsWith("/")) {
    const only: LocalEntry = { relativePath: basename(src), kind: "file", file };
    return { ...(await observeTree(read, dest.slice(0, -1) || "/", [only], given)), isSingle: true };
  }
  return fileState(
    await observeDelivery(read, dest, basename(src), await fileContent(file), localOptions(given, file)),
  );
}

function fileState(delivery: Delivery): CopyState {
  return { kind: "file", ...delivery };
}

function treeResult({ root, deliveries, isSingle }: TreeCopy): TaskResult {
  const [only] = deliveries;
  return isSingle === true && only !== undefined
    ? deliveryResult(only)
    : { dest: root.path, path: root.path, state: "directory" };
}
