import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { heading, mustFettle } from "./demo-show.js";
import { Practice } from "./practice.js";

/** Without root: an SSH server inside this process, and a playbook that needs no privileges. */
export async function demoOnPractice(): Promise<number> {
  console.log(
    "You are not root, so there are no hosts with systemd, packages and sudo here: a practice server stands in for one.\n" +
      "Left out: the site (haproxy, nginx, app), packages, services, users. As root the demo shows those too.",
  );
  const practice = await Practice.start();
  const inventory = await writeInventory(practice);
  try {
    const given = ["-i", inventory, "playbooks/practice.yml"];
    heading("What would an apply do? Nothing is written.");
    await mustFettle("plan", ...given);
    heading("Do it.");
    await mustFettle("apply", ...given);
    heading("Once more: nothing is left to do.");
    await mustFettle("apply", ...given);
  } finally {
    await practice.close();
    await rm(dirname(inventory), { recursive: true });
  }
  console.log(
    "\nThe practice server is gone, and its scratch folder with it. README.md tells how to use your own hosts.",
  );
  return 0;
}

async function writeInventory(practice: Practice): Promise<string> {
  const { address, port = 22, user = "" } = practice.target;
  const path = join(await mkdtemp(join(tmpdir(), "fettle-demo-")), "hosts.ini");
  const line = [
    "practice",
    `ansible_host=${address}`,
    `ansible_port=${port}`,
    `ansible_user=${user}`,
    `ansible_ssh_private_key_file=${practice.keyPath}`,
    `ansible_ssh_common_args='-F none -o UserKnownHostsFile=${practice.knownHostsPath}'`,
  ];
  await writeFile(path, `${line.join(" ")}\n`);
  return path;
}
