import { hostError } from "../../../contract/error.js";
import { type FileText, maxTextBytes } from "../../../probes/file-text.js";

/**
 * What a file that is to be edited holds; nothing when it is not there. Throws a host error for what is no file, and for
 * one that is too large; `remedy`: what to do then.
 */
export function bytesOf(path: string, text: FileText, remedy?: string): Buffer {
  switch (text.kind) {
    case "absent":
      return Buffer.alloc(0);
    case "bytes":
      return text.bytes;
    case "none":
      throw hostError(`${path} is a folder or a device, not a file`);
    case "big": {
      const cause = `${path} is larger than ${maxTextBytes / 1024} KiB, too large to be edited`;
      throw hostError(cause, remedy === undefined ? {} : { remedy });
    }
    default:
      return text satisfies never;
  }
}
