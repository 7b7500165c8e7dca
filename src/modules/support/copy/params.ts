import * as z from "zod";
import { flag, text } from "../../values.js";
import { attributeParams } from "../attributes.js";
import { mode } from "../mode.js";
import { hostPath } from "../path.js";
import { validateParam } from "../validate.js";

/** Text as it is; anything else as JSON. */
const content = () =>
  z
    .unknown()
    .transform((given) =>
      typeof given === "string" ? given : given === undefined ? undefined : JSON.stringify(given),
    );

export const copyParams = z
  .strictObject({
    src: text()
      .optional()
      .describe(
        "A file or folder under `files/` of the role or beside the playbook; with `remote_src` a file on the host. A folder whose name ends in /: what is in it, otherwise itself.",
      ),
    content: content()
      .optional()
      .describe("What the file shall hold, in place of src. A mapping or list becomes JSON."),
    dest: hostPath({ keepSlash: true }).describe(
      "Where it goes. A folder, or a path that ends in /: into it, under its own name. Folders are made where dest ends in / or src is a folder.",
    ),
    ...attributeParams,
    mode: mode("preserve")
      .optional()
      .describe(`${attributeParams.mode.description ?? ""} \`preserve\`: as the source has it.`),
    directory_mode: mode().optional().describe("Permissions of folders that are made. Absent: 0777 less the umask."),
    backup: flag().default(false).describe("Keep a copy of the old file beside it."),
    force: flag().default(true).describe("false: only write files where nothing is there."),
    follow: flag()
      .default(false)
      .describe("true: when dest is a symbolic link, write to its end. false: replace the link."),
    local_follow: flag()
      .default(true)
      .describe("Symbolic links in a folder of the controller: true copies what they lead to, false makes links."),
    decrypt: flag().default(true).describe("A src that Ansible Vault encrypted is copied decrypted."),
    remote_src: flag().default(false).describe("src is a file on the host."),
    ...validateParam,
  })
  .superRefine(({ src, content: given, dest, remote_src }, issues) => {
    const problem = (message: string, path: string[]): void => {
      issues.addIssue({ code: "custom", message, path });
    };
    if (src !== undefined && given !== undefined) problem("cannot stand beside src; remove one", ["content"]);
    else if (src === undefined && given === undefined) problem("needs src or content", []);
    if (given !== undefined && dest.endsWith("/"))
      problem("names a folder; with content it must name the file", ["dest"]);
    if (remote_src && given !== undefined) problem("needs src", ["remote_src"]);
    if (remote_src && src !== undefined && !src.startsWith("/")) {
      problem(`${JSON.stringify(src)} is not absolute; begin it with /`, ["src"]);
    }
  });

export type CopyParams = z.output<typeof copyParams>;
