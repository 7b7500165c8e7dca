import { basename } from "node:path/posix";
import * as z from "zod";
import { disturbs } from "../contract/change.js";
import { defineModule } from "../contract/module.js";
import { tidy } from "../probes/file-way.js";
import { attributeParams } from "./support/attributes.js";
import { textContent } from "./support/content.js";
import { type Delivery, deliveryChanges, deliveryResult, observeDelivery } from "./support/deliver.js";
import { hostPath } from "./support/path.js";
import { pathMayTouch } from "./support/path-may-touch.js";
import { fileReturns } from "./support/returns.js";
import { validateParam, validateWords } from "./support/validate.js";
import { flag, text } from "./values.js";

const params = z.strictObject({
  src: text().describe("The template: a file under `templates/` of the role or beside the playbook."),
  dest: hostPath({ keepSlash: true }).describe(
    "Where it goes. A folder, or a path that ends in /: into it, under its own name less `.ejs`.",
  ),
  ...attributeParams,
  backup: flag().default(false).describe("Keep a copy of the old file beside it."),
  force: flag().default(true).describe("false: only write the file when nothing is there."),
  follow: flag()
    .default(false)
    .describe("true: when dest is a symbolic link, write to its end. false: replace the link."),
  ...validateParam,
});

type Params = z.output<typeof params>;

/** What it is called in a folder. */
function nameOf({ src }: Params): string {
  return basename(src).replace(/\.ejs$/, "");
}

export const template = defineModule<Params, Delivery>({
  name: "template",
  summary: "Write a file from a template",
  description: [
    "The template is rendered on the controller, compared with what is on the host, and sent only when it differs.",
    "It is written beside the file, given owner and mode, checked by `validate`, and renamed: nobody sees half a file.",
    "",
    "As in Ansible the folder must exist, and a symbolic link at `dest` is replaced unless `follow: true`.",
  ].join("\n"),
  class: "state",
  params,
  returns: { ...fileReturns, src: "The template's name." },
  waves: 2,
  examples: [
    {
      name: "A configuration file, checked before it is taken",
      yaml: [
        "- name: sshd's configuration",
        "  template:",
        "    src: sshd_config.ejs",
        "    dest: /etc/ssh/sshd_config",
        '    mode: "0600"',
        "    validate: /usr/sbin/sshd -t -f %s",
      ].join("\n"),
    },
    {
      name: "Into a folder, under the template's own name, only when nothing is there",
      yaml: "- name: a first configuration\n  template:\n    src: app.conf.ejs\n    dest: /etc/app/\n    force: false",
    },
  ],
  observe: async (read, given, local) => {
    const rendered = await local.template(given.src);
    return observeDelivery(read, given.dest, nameOf(given), textContent(rendered), {
      attributes: given,
      follow: given.follow,
      backup: given.backup,
      force: given.force,
      validate: validateWords(given.validate),
    });
  },
  diff: (delivery) => deliveryChanges(delivery),
  // It may be that nothing was asked: a template that needs what only a real run gives.
  mayTouch: (given) => [disturbs(`file:${tidy(given.dest)}`), ...pathMayTouch(`${given.dest}/${nameOf(given)}`)],
  result: (_outputs, given, delivery) => ({ ...deliveryResult(delivery), src: given.src }),
});
