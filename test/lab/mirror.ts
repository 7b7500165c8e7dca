import { readdir, readFile } from "node:fs/promises";
import type { Suite } from "./kinds.js";

/** The Debian mirror that this machine's own apt sources name: the lab takes everything from there. */
export async function debianMirror(): Promise<string> {
  for (const file of await sourceFiles()) {
    const mirror = mirrorIn(await readFile(file, "utf8").catch(() => ""));
    if (mirror) return mirror;
  }
  throw new Error("lab: no Debian mirror among this machine's apt sources; name one in /etc/apt/sources.list");
}

async function sourceFiles(): Promise<string[]> {
  const names = await readdir("/etc/apt/sources.list.d").catch(() => []);
  const parts = names.filter((name) => /\.(list|sources)$/.test(name)).map((name) => `/etc/apt/sources.list.d/${name}`);
  return ["/etc/apt/sources.list", ...parts];
}

/** The first address in either of apt's formats whose path is that of Debian's main archive. */
export function mirrorIn(text: string): string | undefined {
  const lines = text.split("\n").filter((line) => /^\s*(deb\s|URIs:)/.test(line));
  const words = lines.flatMap((line) => line.split(/\s+/));
  return words.find((word) => /^https?:\/\/\S+\/debian\/?$/.test(word));
}

/** A source line for the mirror, for use while an image is made or packages are fetched. */
export function sourceLine(mirror: string, suite: Suite): string {
  return `deb ${mirror} ${suite} main`;
}
