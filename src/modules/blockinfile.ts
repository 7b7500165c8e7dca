import { defineModule } from "../contract/module.js";
import { withBlock } from "./support/edit/block.js";
import { type BlockParams, blockParams } from "./support/edit/block-params.js";
import { type Edit, editChanges, editResult, observeEdit } from "./support/edit/edit.js";
import { fileReturns } from "./support/returns.js";
import { validateWords } from "./support/validate.js";

export const blockinfile = defineModule<BlockParams, Edit>({
  name: "blockinfile",
  summary: "Make a block of lines between two markers be in a file, or not",
  description: [
    "The markers are Ansible's, so that blocks which it wrote are taken over. A file with one marker and not the other is",
    "refused: the task fails and names the line.",
    "",
    "Regular expressions are JavaScript's, each tried on one line without its end; with `(?m)` in front on the whole text,",
    "where the first match counts. A symbolic link is followed. Files above 256 KiB are refused.",
  ].join("\n"),
  class: "state",
  params: blockParams,
  returns: {
    ...fileReturns,
    msg: "`Block inserted`, `Block removed`, `File created`, or empty.",
    backup: "The same as backup_file.",
  },
  waves: 3,
  examples: [
    {
      name: "Settings for one user of sshd",
      yaml: "- name: sftp only\n  blockinfile:\n    path: /etc/ssh/sshd_config\n    block: |\n      Match User upload\n        ForceCommand internal-sftp\n    validate: /usr/sbin/sshd -t -f %s",
    },
    {
      name: "One of several blocks, in a file with other comments",
      yaml: '- name: greeting\n  blockinfile:\n    path: /srv/index.html\n    marker: "<!-- {mark} greeting -->"\n    insertafter: "<body>"\n    block: <h1>Welcome</h1>',
    },
    {
      name: "No such block",
      yaml: "- name: no old hosts\n  blockinfile:\n    path: /etc/hosts\n    marker: '# {mark} old hosts'\n    state: absent",
    },
  ],
  observe: (read, given) =>
    observeEdit(read, given.path, (codec) => withBlock(codec, given), {
      attributes: given,
      backup: given.backup,
      validate: validateWords(given.validate),
      missing: given.state === "absent" ? "ignore" : given.create ? "create" : "fail",
    }),
  diff: editChanges,
  result: (_outputs, _given, state) => editResult(state),
});
