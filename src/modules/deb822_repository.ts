import { defineModule } from "../contract/module.js";
import { repositoryChanges, repositoryResult, repositoryReturns } from "./support/apt-repository/change.js";
import { repositoryMayTouch } from "./support/apt-repository/may-touch.js";
import { observeRepository, type Repository, type RepositoryState } from "./support/apt-repository/observe.js";
import { deb822Params } from "./support/apt-repository/params.js";

export const deb822Repository = defineModule<Repository, RepositoryState>({
  name: "deb822_repository",
  summary: "Add or remove a package repository of apt, field by field",
  description: [
    "As apt_repository, with the fields of the file as parameters. As in Ansible the lists are not fetched unless by",
    "`update_cache: true`; only then is a repository checked before its source takes its place.",
    "",
    "Unlike Ansible, a key from a URL or a text needs `fingerprints`, and is kept in binary form. `trusted` and",
    "`allow_insecure` and the like are not supported, and the default of `types` is `deb`.",
  ].join("\n"),
  class: "state",
  params: deb822Params,
  returns: repositoryReturns,
  waves: 3,
  examples: [
    {
      name: "A repository whose key is in a file beside the playbook",
      yaml: [
        "- name: our packages",
        "  deb822_repository:",
        "    name: ours",
        "    uris: https://apt.example.com/",
        "    suites: [stable]",
        "    components: [main]",
        '    signed_by: <%= file("ours.asc") %>',
        "    fingerprints: [9DC858229FC7DD38854AE2D88D81803C0EBFCD88]",
        "    update_cache: true",
      ].join("\n"),
    },
    {
      name: "Gone",
      yaml: "- name: not ours\n  deb822_repository:\n    name: ours\n    state: absent",
    },
  ],
  observe: observeRepository,
  diff: repositoryChanges,
  mayTouch: repositoryMayTouch,
  result: repositoryResult,
});
