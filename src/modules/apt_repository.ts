import { defineModule } from "../contract/module.js";
import { repositoryChanges, repositoryResult, repositoryReturns } from "./support/apt-repository/change.js";
import { observeRepository, type Repository, type RepositoryState } from "./support/apt-repository/observe.js";
import { aptRepositoryParams } from "./support/apt-repository/params.js";
import { repositoryMayTouch } from "./support/apt-repository/may-touch.js";

export const aptRepository = defineModule<Repository, RepositoryState>({
  name: "apt_repository",
  summary: "Add or remove a package repository of apt",
  description: [
    "The repository becomes a file `NAME.sources` (deb822) in `/etc/apt/sources.list.d`, its key one in",
    "`/etc/apt/keyrings`. Before the source takes its place apt fetches its lists: a repository that cannot be reached,",
    "is not signed, is signed by another key or is out of date is refused, and what was there before stays.",
    "",
    "A key from a URL or a text is only taken when every key in it has one of the full `fingerprints`. A URL is fetched",
    "by the controller, each time; when it cannot be, a key that was accepted before stays.",
    "",
    "Unlike Ansible, lines become deb822; what is in other files of apt's is not looked at, and `state: absent` removes",
    "only what this module has written under that name. PPAs, `trusted=yes` and the like are not supported.",
  ].join("\n"),
  class: "state",
  params: aptRepositoryParams,
  returns: repositoryReturns,
  waves: 3,
  examples: [
    {
      name: "A line, and a key by its URL",
      yaml: [
        "- name: docker's repository",
        "  apt_repository:",
        "    repo: deb [arch=amd64] https://download.docker.com/linux/debian bookworm stable",
        "    filename: docker",
        "    signed_by: https://download.docker.com/linux/debian/gpg",
        "    fingerprints: 9DC8 5822 9FC7 DD38 854A  E2D8 8D81 803C 0EBF CD88",
      ].join("\n"),
    },
    {
      name: "With a key that is on the host already",
      yaml: "- name: our packages\n  apt_repository:\n    repo: deb [signed-by=/usr/share/keyrings/ours.gpg] https://apt.example.com/ stable main",
    },
    {
      name: "Gone",
      yaml: "- name: no docker\n  apt_repository:\n    repo: deb https://download.docker.com/linux/debian bookworm stable\n    filename: docker\n    state: absent",
    },
  ],
  observe: observeRepository,
  diff: repositoryChanges,
  mayTouch: repositoryMayTouch,
  result: repositoryResult,
});
