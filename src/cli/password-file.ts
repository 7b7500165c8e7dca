import { execFileSync } from "node:child_process";
import { accessSync, constants, readFileSync } from "node:fs";
import { inputError } from "../contract/error.js";

/** A password out of a file: its first line, or what it prints when it is executable. Throws an input error. */
export function passwordOf(file: string, option: string): string {
  try {
    const text = isExecutable(file) ? execFileSync(file, { encoding: "utf8" }) : readFileSync(file, "utf8");
    const [line = ""] = text.split("\n");
    if (line.trim() !== "") return line.trimEnd();
  } catch (error) {
    throw inputError(`${option}: ${(error as Error).message}`, { remedy: "name a file with the password" });
  }
  throw inputError(`${option}: ${file} is empty`, { remedy: "write the password on its first line" });
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
