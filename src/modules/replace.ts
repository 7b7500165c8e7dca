import { defineModule } from "../contract/module.js";
import { type Edit, editChanges, editResult, observeEdit } from "./support/edit/edit.js";
import { withReplaced } from "./support/edit/replace.js";
import { type ReplaceParams, replaceParams } from "./support/edit/replace-params.js";
import { fileReturns } from "./support/returns.js";
import { validateWords } from "./support/validate.js";

export const replace = defineModule<ReplaceParams, Edit>({
  name: "replace",
  summary: "Replace all that matches a regular expression in a file",
  description: [
    "Regular expressions are JavaScript's. Python's `(?i)` in front, `\\A`, `\\Z`, `(?P<name>…)`, `[^]…]` and `{,3}` are",
    "understood. What has been replaced must not match again, or each run replaces it once more.",
    "",
    "A symbolic link is followed. Files above 256 KiB are refused. A file that has no such part as `after` and `before` say",
    "stays as it is.",
  ].join("\n"),
  class: "state",
  params: replaceParams,
  returns: {
    ...fileReturns,
    msg: "`3 replacements made`, or empty.",
    backup: "The same as backup_file.",
  },
  waves: 2,
  examples: [
    {
      name: "A name in all places",
      yaml: "- name: the new name\n  replace:\n    path: /etc/hosts\n    regexp: '(\\s)old\\.example\\.org(\\s|$)'\n    replace: '\\1new.example.org\\2'",
    },
    {
      name: "In one part of the file only",
      yaml: "- name: no debugging for the worker\n  replace:\n    path: /etc/app.ini\n    after: '\\[worker\\]'\n    before: '\\n\\['\n    regexp: '^debug *=.*$'\n    replace: debug = no",
    },
  ],
  observe: (read, given) =>
    observeEdit(read, given.path, (codec) => withReplaced(codec, given), {
      attributes: given,
      backup: given.backup,
      validate: validateWords(given.validate),
      missing: "require",
    }),
  diff: editChanges,
  result: (_outputs, _given, state) => editResult(state),
});
