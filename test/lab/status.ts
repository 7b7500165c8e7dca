import type { Lab } from "./lab.js";

/** One line a host: name, kind, address, whether it runs. */
export function showStatus(lab: Lab): void {
  console.log(`lab "${lab.name}", packages and files at ${lab.url}`);
  for (const host of lab.hosts) {
    const cells = [host.name.padEnd(12), host.kind.padEnd(9), host.address.padEnd(13), host.isRunning ? "up" : "off"];
    console.log(`  ${cells.join(" ")}`);
  }
}
