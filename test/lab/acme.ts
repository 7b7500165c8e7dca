import { spawn } from "node:child_process";
import { closeSync, openSync } from "node:fs";
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { request } from "node:https";
import { join } from "node:path";
import { makeAuthority } from "./acme-authority.js";
import { ensurePrograms } from "./host-packages.js";
import type { Lab } from "./lab.js";
import { namesOf, type LabNames } from "./names.js";
import { findProcesses, kill } from "./processes.js";
import { until } from "./run.js";
import { readState } from "./state.js";

/**
 * An ACME server (pebble) for the lab's hosts, on the bridge's address. It really validates, over port 80 of what the
 * names lead to, and asks its own name server which the tests fill. What it knows is lost when it stops.
 */
export class Acme {
  private constructor(
    private readonly names: LabNames,
    /** The certificate that vouches for the ACME server itself: clients need it to trust `directoryUrl`. */
    readonly caPem: string,
  ) {}

  static async start(lab: Lab): Promise<Acme> {
    await ensurePrograms([
      ["pebble", "pebble"],
      ["pebble-challtestsrv", "pebble"],
      ["openssl", "openssl"],
    ]);
    const state = await readState(lab.name);
    if (state === null) throw new Error(`lab: there is no lab "${lab.name}"`);
    const names = namesOf(state);
    await stopAcme(names);
    const folder = folderOf(names);
    await mkdir(folder, { recursive: true });
    const acme = new Acme(names, await makeAuthority(folder, names.gateway));
    await acme.startNameServer();
    await acme.startPebble();
    return acme;
  }

  /** What `certbot --server` takes. */
  get directoryUrl(): string {
    return `https://${this.names.gateway}:14000/dir`;
  }

  /** The addresses that a name leads to; each of pebble's three looks goes to the first that it is given. */
  async point(host: string, addresses: readonly string[]): Promise<void> {
    const url = `http://${this.names.gateway}:8055`;
    const post = (path: string, body: object): Promise<Response> =>
      fetch(`${url}${path}`, { method: "POST", body: JSON.stringify(body) });
    await post("/clear-a", { host });
    const answer = await post("/add-a", { host, addresses });
    if (!answer.ok) throw new Error(`lab: pebble's name server refuses ${host}: ${answer.status}`);
  }

  /** The root of the certificates that it issues. */
  rootPem(): Promise<string> {
    return getTrusting(this.caPem, `https://${this.names.gateway}:15000/roots/0`);
  }

  /** What pebble has logged, for proof that it validated. */
  log(): Promise<string> {
    return readFile(join(folderOf(this.names), "pebble.log"), "utf8");
  }

  stop(): Promise<void> {
    return stopAcme(this.names);
  }

  private async startNameServer(): Promise<void> {
    const address = this.names.gateway;
    const off = ["-http01", "", "-https01", "", "-tlsalpn01", "", "-defaultIPv6", "", "-defaultIPv4", ""];
    launch(this.names, "pebble-challtestsrv", ["-dns01", `${address}:8053`, "-management", `${address}:8055`, ...off]);
    await until("pebble's name server answers", 15_000, () =>
      fetch(`http://${address}:8055/`).then(
        () => true,
        () => false,
      ),
    );
  }

  private async startPebble(): Promise<void> {
    const folder = folderOf(this.names);
    const config = join(folder, "pebble.json");
    await writeFile(config, JSON.stringify({ pebble: settings(this.names, folder) }));
    launch(this.names, "pebble", ["-config", config, "-dnsserver", `${this.names.gateway}:8053`, "-strict"]);
    await until("pebble answers", 15_000, () =>
      this.rootPem().then(
        () => true,
        () => false,
      ),
    );
  }
}

/** Ends the lab's ACME server, whoever started it. */
export async function stopAcme(lab: LabNames): Promise<void> {
  const isOurs = (argv: readonly string[]): boolean =>
    /^pebble(?:-challtestsrv)?$/.test(argv[0] ?? "") &&
    argv.some((word) => word.startsWith(`${folderOf(lab)}/`) || word === `${lab.gateway}:8053`);
  for (const pid of findProcesses(isOurs)) kill(pid);
  await until("pebble ends", 5_000, () => findProcesses(isOurs).length === 0);
  await rm(folderOf(lab), { recursive: true, force: true });
}

function folderOf(lab: LabNames): string {
  return join(lab.dir, "acme");
}

function settings(lab: LabNames, folder: string): object {
  return {
    listenAddress: `${lab.gateway}:14000`,
    managementListenAddress: `${lab.gateway}:15000`,
    certificate: join(folder, "leaf.pem"),
    privateKey: join(folder, "leaf.key"),
    httpPort: 80,
    tlsPort: 443,
    ocspResponderURL: "",
    externalAccountBindingRequired: false,
  };
}

function launch(lab: LabNames, program: string, args: readonly string[]): void {
  const log = openSync(join(folderOf(lab), `${program}.log`), "a");
  // Every order is validated anew, and without the pauses that pebble makes to keep clients honest.
  const env = { PATH: process.env["PATH"], PEBBLE_VA_NOSLEEP: "1", PEBBLE_AUTHZREUSE: "0" };
  spawn(program, args, { cwd: "/", detached: true, stdio: ["ignore", log, log], env }).unref();
  closeSync(log);
}

function getTrusting(ca: string, url: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const asked = request(url, { ca, agent: false, timeout: 5000 }, (response) => {
      const chunks: Buffer[] = [];
      response.on("data", (chunk: Buffer) => chunks.push(chunk));
      response.on("end", () => resolve(Buffer.concat(chunks).toString("utf8")));
    });
    asked.on("error", reject);
    asked.on("timeout", () => asked.destroy(new Error(`no answer from ${url}`)));
    asked.end();
  });
}
