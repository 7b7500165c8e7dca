import type { Local } from "../../../src/contract/module.js";
import { LocalFiles } from "../../../src/language/playbook/local.js";
import { scopeOf } from "../language/scopes.js";

/** A folder of this machine as the folder of a playbook. */
export function localFiles(folder: string): Local {
  return new LocalFiles([folder], scopeOf(""));
}
