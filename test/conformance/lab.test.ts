import { connect } from "../../src/transport/index.js";
import type { Target } from "../../src/contract/transport.js";
import { Lab } from "../lab/index.js";
import type { Bench } from "./bench.js";
import { conforms } from "./suite.js";

const HOSTS = [
  { name: "bookworm", kind: "bookworm", user: "root" },
  { name: "busybox", kind: "busybox", user: "deploy" },
] as const;

async function open(name: string, user: string): Promise<Bench> {
  const lab = await Lab.open("conformance");
  const host = lab.host(name);
  const target: Target = {
    name,
    transport: "ssh2",
    address: host.address,
    user,
    privateKeyFile: host.keyPath,
    // A broken link is noticed in seconds.
    sshOptions: {
      configfile: "none",
      identityagent: "none",
      userknownhostsfile: host.knownHostsPath,
      serveraliveinterval: "1",
    },
    connectTimeoutMs: 20_000,
    becomeMethod: "sudo",
  };
  const connection = await connect(target);
  const folder = (await host.ssh("mktemp -d", user)).stdout.trim();
  return {
    connection,
    target,
    folder,
    outside: async (command) => (await host.exec(command)).stdout,
    cut: () => host.cut(),
    close: async () => {
      await host.mend();
      await connection.close();
      await host.exec(`rm -rf ${folder}`);
    },
  };
}

describe("on hosts of the lab", () => {
  before(async function () {
    this.timeout(600_000);
    await Lab.up({ name: "conformance", fresh: true, hosts: HOSTS.map(({ name, kind }) => ({ name, kind })) });
  });

  after(() => Lab.down("conformance"));

  for (const { name, user } of HOSTS) {
    conforms(`ssh2 to ${name} as ${user}`, () => open(name, user), { floodBytes: 2e8 });
  }
});
