import * as z from "zod";
import { flag, oneOrMore, text } from "../../values.js";
import { attributeParams } from "../attributes.js";
import { hostPath } from "../path.js";

/** Options for tar that are understood; the rest is refused, since nobody could tell what it would do. */
interface Options {
  readonly strip: number;
}

const extraOptions = () =>
  z.array(text()).transform((words, issues): Options => {
    const line = words.join(" ").trim();
    const [, count] = /^(?:--strip(?:-components)?[= ](\d+))?$/.exec(line) ?? [];
    if (line !== "" && count === undefined)
      issues.addIssue({
        code: "custom",
        message: "takes only --strip-components=N; use include and exclude for a part",
      });
    return { strip: Number(count ?? 0) };
  });

const patterns = () => oneOrMore(text()).default([]);

export const unarchiveParams = z
  .strictObject({
    src: text().describe(
      "A tar archive, plain or compressed by gzip, bzip2, xz or zstd, or a zip: a file under `files/` of the role or beside the playbook; with `remote_src` a file on the host.",
    ),
    dest: hostPath().describe("The folder to unpack into. It must exist."),
    remote_src: flag().default(false).describe("src is a file on the host."),
    creates: text()
      .optional()
      .describe("A path, shell wildcards allowed. When something matches, nothing is unpacked."),
    include: patterns().describe(
      "Names or patterns (`*`, `?`) of what to unpack, with all that is below. Absent: all.",
    ),
    exclude: patterns().describe("Names or patterns of what not to unpack, with all that is below."),
    extra_opts: extraOptions()
      .default({ strip: 0 })
      .describe("`--strip-components=N` (of a tar): leave out the first N parts of each name. Nothing else is taken."),
    ...attributeParams,
    mode: attributeParams.mode.describe(
      'Permissions of all that is unpacked, best as `"u=rwX,go=rX"`. Absent: as the archive has them; folders that are there keep theirs.',
    ),
    owner: attributeParams.owner.describe("Owner of all that is unpacked. Absent: who unpacks it."),
    group: attributeParams.group.describe("Group of all that is unpacked. Absent: that of who unpacks it."),
    allow_setuid: flag()
      .default(false)
      .describe("fettle's own: take files with setuid or setgid bits. Without it such an archive is refused."),
    list_files: flag().default(false).describe("Give back the names of what is in the archive as `files`."),
    decrypt: flag().default(true).describe("A src that Ansible Vault encrypted is decrypted."),
  })
  .superRefine(({ src, remote_src }, issues) => {
    const problem = (message: string): void => {
      issues.addIssue({ code: "custom", message, path: ["src"] });
    };
    if (src.includes("://")) problem("is a URL; fetch it by get_url in a task before");
    else if (remote_src && !src.startsWith("/")) problem(`${JSON.stringify(src)} is not absolute; begin it with /`);
  });

export type UnarchiveParams = z.output<typeof unarchiveParams>;
