import { ensurePrograms } from "../lab/host-packages.js";
import { run } from "../lab/run.js";

/** TCP ports of `address` that let in a connection from the network namespace of a host of the lab; by nmap, all of them. */
export async function openPorts(namespace: string, address: string): Promise<readonly number[]> {
  await ensurePrograms([["nmap", "nmap"]]);
  const family = address.includes(":") ? ["-6"] : [];
  // Without looking for a host first: a firewall answers no ping. A few thousand ports a second are enough for a bridge.
  const scan = ["-n", "-Pn", "-sS", "-p-", "--min-rate", "4000", "--max-rate", "8000", "--max-retries", "2"];
  const argv = ["ip", "netns", "exec", namespace, "nmap", ...family, ...scan, "--open", "-oG", "-", address];
  const stdout = await run(argv, { timeoutMs: 300_000 });
  if (!stdout.includes("1 host up")) throw new Error(`the scan of ${address} has not ended: ${stdout}`);
  return [...stdout.matchAll(/(\d+)\/open\/tcp/g)].map(([, port]) => Number(port)).sort((a, b) => a - b);
}
