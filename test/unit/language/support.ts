import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { FettleError } from "../../../src/contract/error.js";
import { LoadErrors } from "../../../src/language/errors.js";

/** A folder with these files, removed after each test: `{"roles/web/tasks/main.yml": "…"}`. */
export function folderWith(files: Readonly<Record<string, string>>): string {
  const folder = mkdtempSync(join(tmpdir(), "fettle-language-"));
  folders.push(folder);
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
  return folder;
}

const folders: string[] = [];

afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

/** The errors of the user's that the work ends in, as messages; without the folder's name. Empty when it succeeds. */
export function messagesOf(work: () => unknown, folder?: string): readonly string[] {
  return errorsOf(work).map(({ message }) => (folder === undefined ? message : message.replaceAll(`${folder}/`, "")));
}

export function errorsOf(work: () => unknown): readonly FettleError[] {
  try {
    work();
    return [];
  } catch (error) {
    if (error instanceof LoadErrors) return error.errors;
    if (error instanceof FettleError) return [error];
    throw error;
  }
}
