import { defineModule } from "../contract/module.js";
import { downloadChanges } from "./net/download/change.js";
import { type Download, observeDownload } from "./net/download/observe.js";
import { type DownloadParams, downloadParams } from "./net/download/params.js";
import { downloadResult, downloadReturns } from "./net/download/result.js";
import { pathMayTouch } from "./support/path-may-touch.js";

export const getUrl = defineModule<DownloadParams, Download>({
  name: "get_url",
  summary: "Download a file to the host",
  description: [
    "The host fetches it, by curl, else GNU wget (which sends no `headers`); over plain http also by bash or nc alone",
    "(these follow no redirects).",
    "It is written beside its place, checked, given owner and mode, and renamed: nobody sees half a file, and one that",
    "does not fit its checksum never replaces another. URL, headers and credentials are never in a process list.",
    "",
    "A file that is there is not asked about on the network, unless by `force: true` or for a list of checksums; Ansible",
    "asks each time whether the server has a newer one. A dry run fetches nothing but what it takes to compare, and keeps",
    "nothing of that.",
    "",
    "Without `checksum` nothing but https vouches for what comes. Names that servers give their files are not used.",
  ].join("\n"),
  class: "state",
  params: downloadParams,
  secrets: ["url_password", "password"],
  returns: downloadReturns,
  waves: 3,
  examples: [
    {
      name: "An archive, of which the digest is known",
      yaml: [
        "- name: the app",
        "  get_url:",
        "    url: https://releases.example.com/app-1.4.2.tar.gz",
        "    dest: /var/cache/app-1.4.2.tar.gz",
        "    checksum: sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
        '    mode: "0644"',
      ].join("\n"),
    },
    {
      name: "With the list of digests that stands beside it",
      yaml: "- name: node\n  get_url:\n    url: https://nodejs.org/dist/v22.12.0/node-v22.12.0-linux-x64.tar.xz\n    dest: /var/cache/\n    checksum: sha256:https://nodejs.org/dist/v22.12.0/SHASUMS256.txt",
    },
    {
      name: "Whatever the server has, each time",
      yaml: "- name: block list\n  get_url:\n    url: https://lists.example.com/bad-hosts.txt\n    dest: /etc/app/bad-hosts.txt\n    force: true\n    headers: { Authorization: Bearer <%= lists_token %> }",
    },
  ],
  observe: observeDownload,
  diff: downloadChanges,
  mayTouch: ({ dest }) => pathMayTouch(dest),
  result: downloadResult,
});
