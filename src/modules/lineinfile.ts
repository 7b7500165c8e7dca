import { defineModule } from "../contract/module.js";
import { type Edit, editChanges, editResult, observeEdit } from "./support/edit/edit.js";
import { withLine, withoutLine } from "./support/edit/line.js";
import { type LineParams, lineParams } from "./support/edit/line-params.js";
import { fileReturns } from "./support/returns.js";
import { validateWords } from "./support/validate.js";

export const lineinfile = defineModule<LineParams, Edit>({
  name: "lineinfile",
  summary: "Make a line be in a file, or not",
  description: [
    "Regular expressions are JavaScript's; each is tried on one line without its end. Python's `(?i)` in front, `\\A`, `\\Z`,",
    "`(?P<name>…)`, `[^]…]` and `{,3}` are understood.",
    "",
    "A regexp that matches the old line but not the new one would find the next old line on the next run: let it match both.",
    "A symbolic link is followed. Files above 256 KiB are refused.",
  ].join("\n"),
  class: "state",
  params: lineParams,
  returns: {
    ...fileReturns,
    msg: "`line added`, `line replaced`, `3 line(s) removed`, or empty.",
    found: "How many lines were removed, with `state: absent`.",
    backup: "The same as backup_file.",
  },
  waves: 3,
  examples: [
    {
      name: "A setting, whether it is commented out or not",
      yaml: "- name: no login for root\n  lineinfile:\n    path: /etc/ssh/sshd_config\n    regexp: '^#?PermitRootLogin\\b'\n    line: PermitRootLogin no\n    validate: /usr/sbin/sshd -t -f %s",
    },
    {
      name: "A part of a line kept",
      yaml: "- name: more memory\n  lineinfile:\n    path: /etc/default/app\n    regexp: '^(JAVA_OPTS=.*)-Xmx\\w+(.*)$'\n    line: '\\1-Xmx2g\\2'\n    backrefs: true",
    },
    {
      name: "No such line",
      yaml: "- name: no old name server\n  lineinfile:\n    path: /etc/resolv.conf\n    regexp: '^nameserver 192\\.0\\.2\\.'\n    state: absent",
    },
  ],
  observe: (read, given) =>
    observeEdit(read, given.path, (codec) => (given.state === "absent" ? withoutLine : withLine)(codec, given), {
      attributes: given,
      backup: given.backup,
      validate: validateWords(given.validate),
      missing: given.state === "absent" ? "ignore" : given.create ? "create" : "fail",
    }),
  diff: editChanges,
  result: (_outputs, _given, state) => editResult(state),
});
