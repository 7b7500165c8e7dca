import * as z from "zod";
import { hostError } from "../contract/error.js";
import { defineModule } from "../contract/module.js";
import type { Read } from "../contract/query.js";
import { fileBytes, maxReadBytes } from "../probes/file-bytes.js";
import { fileText } from "../probes/file-text.js";
import { hostPath, oneOf } from "./support/path.js";

const params = z
  .strictObject({
    src: hostPath().optional().describe("The file on the host."),
    path: hostPath().optional().describe("The same as src."),
  })
  .transform(({ src, path }, issues) => {
    const found = oneOf({ src, path });
    if ("value" in found) return { src: found.value };
    issues.addIssue({ code: "custom", message: found.problem });
    return z.NEVER;
  });

type SlurpParams = z.output<typeof params>;

export const slurp = defineModule<SlurpParams, Buffer>({
  name: "slurp",
  summary: "Read a file of the host into a variable",
  description: `Symbolic links are followed. Files above ${maxReadBytes / 1024 / 1024} MiB are refused. In a dry run the content is what the tasks before will have written.`,
  class: "read",
  params,
  returns: {
    content: "The content, in base64.",
    encoding: "`base64`.",
    source: "The file's path.",
  },
  waves: 2,
  examples: [
    {
      name: "A public key",
      yaml: "- name: its key\n  slurp:\n    src: /etc/ssh/ssh_host_ed25519_key.pub\n  register: key",
    },
    {
      name: "By its other name",
      yaml: "- name: which machine this is\n  slurp:\n    path: /etc/machine-id\n  register: machine",
    },
  ],
  observe: (read, { src }) => readWhole(read, src),
  diff: () => [],
  result: (_outputs, { src }, bytes) => ({
    changed: false,
    content: bytes.toString("base64"),
    encoding: "base64",
    source: src,
  }),
});

async function readWhole(read: Read, src: string): Promise<Buffer> {
  const text = await read(fileText(src));
  if (text.kind === "bytes") return text.bytes;
  if (text.kind === "absent") throw hostError(`${src} does not exist`);
  const bytes = text.kind === "big" ? await read(fileBytes(text.real)) : null;
  if (bytes === null) throw hostError(`${src} is a folder or a device, not a file`);
  if (bytes !== "big") return bytes;
  throw hostError(`${src} is larger than ${maxReadBytes / 1024 / 1024} MiB, too large for a variable`, {
    remedy: "fetch it by other means, or read the part you need with command",
  });
}
