import { cpus, loadavg } from "node:os";
import { program } from "./contenders.js";
import { timed } from "./measure.js";

/** Builds fettle, and installs Ansible when it is not there. */
export async function prepareMachine(): Promise<void> {
  await timed({ argv: ["npm", "run", "-s", "build"] });
  await ensureAnsible();
}

export async function ensureAnsible(): Promise<void> {
  const present = await timed({ argv: ["sh", "-c", "command -v ansible-playbook || true"] });
  if (present.stdout.trim() !== "") return;
  process.stderr.write("installing the Debian package ansible on this machine\n");
  const env = { DEBIAN_FRONTEND: "noninteractive" };
  await timed({ argv: ["apt-get", "-q", "update"], env });
  await timed({ argv: ["apt-get", "-qy", "install", "--no-install-recommends", "ansible"], env });
}

export interface Surroundings {
  readonly date: string;
  readonly cores: number;
  /** Programs that want to run, over the last minute, before the measurement. */
  readonly load: number;
  readonly versions: readonly string[];
}

export async function surroundingsOf(): Promise<Surroundings> {
  const first = async (...argv: [string, ...string[]]): Promise<string> =>
    (await timed({ argv })).stdout.split("\n")[0] ?? "";
  const versions = [
    `fettle ${(await first(process.execPath, program, "--version")).replace(/^fettle /, "")}`,
    `Node.js ${process.version}`,
    await first("ansible-playbook", "--version"),
    await first("sh", "-c", "ssh -V 2>&1"),
  ];
  const date = new Date().toISOString().slice(0, 10);
  return { date, cores: cpus().length, load: loadavg()[0] ?? 0, versions };
}
