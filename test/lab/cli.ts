import { spawn } from "node:child_process";
import { parseArgs } from "node:util";
import { parseHosts } from "./kinds.js";
import { Lab } from "./lab.js";
import { showStatus } from "./status.js";

const usage = `Usage: npm run lab -- [--lab NAME] COMMAND
  up COUNT | up NAME[:KIND]…   bring hosts up (kinds: bookworm, trixie, sid, busybox, bench)
  down                         leave nothing of the lab
  status                       what is there
  ssh HOST [COMMAND…]          log in as deploy
  inventory                    print an inventory
  reset HOST                   a bare host again
  cut HOST | mend HOST         pull the network cable, plug it in
  kill HOST                    pull the plug
  power HOST on|off            switch on, shut down in order`;

const commands: Readonly<Record<string, (lab: string, args: readonly string[]) => Promise<void>>> = {
  up: async (name, words) => {
    const startMs = Date.now();
    const lab = await Lab.up({ name, hosts: parseHosts(words) });
    showStatus(lab);
    console.log(`up in ${((Date.now() - startMs) / 1000).toFixed(1)} s; inventory: ${lab.inventoryPath}`);
  },
  down: (name) => Lab.down(name),
  status: async (name) => showStatus(await Lab.open(name)),
  inventory: async (name) => console.log((await Lab.open(name)).inventory()),
  ssh: async (name, [host = "", ...command]) => {
    const args = (await Lab.open(name)).host(host).sshArgs();
    const child = spawn("ssh", [...args, ...command], { stdio: "inherit" });
    await new Promise((resolve) => child.once("close", (code) => resolve((process.exitCode = code ?? 255))));
  },
  reset: async (name, [host = ""]) => (await Lab.open(name)).reset(host),
  cut: async (name, [host = ""]) => (await Lab.open(name)).host(host).cut(),
  mend: async (name, [host = ""]) => (await Lab.open(name)).host(host).mend(),
  kill: async (name, [host = ""]) => (await Lab.open(name)).host(host).kill(),
  power: async (name, [host = "", to]) => {
    if (to !== "on" && to !== "off") throw new Error(`lab: "${to ?? ""}" is neither on nor off`);
    await (await Lab.open(name)).host(host).power(to);
  },
};

/** Everything after the host of `ssh` belongs to the remote command, also what looks like an option. */
async function main(argv: readonly string[]): Promise<void> {
  const at = argv.indexOf("ssh");
  const own = at < 0 ? argv : argv.slice(0, at);
  const { values, positionals } = parseArgs({
    args: [...own],
    options: { lab: { type: "string", default: "lab" } },
    allowPositionals: true,
  });
  const [command = "", ...rest] = at < 0 ? positionals : argv.slice(at);
  const act = commands[command];
  if (act === undefined) throw new Error(usage);
  await act(values.lab, rest);
}

main(process.argv.slice(2)).catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
