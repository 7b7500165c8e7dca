import { createHash } from "node:crypto";
import { createReadStream, existsSync, realpathSync, statSync } from "node:fs";
import { homedir } from "node:os";
import { resolve } from "node:path";
import { inputError } from "../../contract/error.js";
import type { LocalTarget } from "../../contract/module.js";
import type { Scope } from "../../contract/play.js";

/** A place on the controller where a file of the host shall be; relative ones lie beside the playbook. */
export function localTarget(scope: Scope, path: (host: string) => string): LocalTarget {
  const host = textOf(scope, "inventory_hostname") ?? "localhost";
  if (host === "." || host === ".." || /[/\0]/.test(host)) {
    throw inputError(`the host's name ${JSON.stringify(host)} is no name for a folder`, {
      remedy: "write flat: true with a dest of its own for the host",
    });
  }
  const given = path(host).replace(/^~(?=\/)/, homedir());
  const place = resolve(textOf(scope, "playbook_dir") ?? ".", given);
  // What is there may be a link that somebody put there on purpose.
  const real = existsSync(place) ? realpathSync(place) : place;
  const stat = existsSync(real) ? statSync(real) : undefined;
  if (stat === undefined) return { path: real, sha256: () => Promise.resolve(null) };
  if (!stat.isFile()) {
    throw inputError(`${place} is ${stat.isDirectory() ? "a folder" : "no regular file"}`, {
      remedy: "end dest with / to put files into a folder",
    });
  }
  return { path: real, sha256: () => hashOf(real) };
}

function textOf(scope: Scope, name: string): string | undefined {
  const value = scope.has(name) ? scope.get(name) : undefined;
  return typeof value === "string" ? value : undefined;
}

export async function hashOf(path: string): Promise<string> {
  const hash = createHash("sha256");
  for await (const chunk of createReadStream(path)) hash.update(chunk as Buffer);
  return hash.digest("hex");
}
