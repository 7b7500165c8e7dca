import { once } from "node:events";
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { type AddressInfo, createServer, type Server, type Socket } from "node:net";
import { tmpdir, userInfo } from "node:os";
import { join } from "node:path";
import ssh2 from "ssh2";
import type { Target } from "../../src/contract/transport.js";
import { answerLogin, type Door } from "./practice-login.js";
import { serveSessions } from "./practice-session.js";

export interface PracticeOptions {
  /** The inventory's name of this host. Default "practice". */
  readonly name?: string;
  /** Absent: no login by password, only by the key that is made. */
  readonly password?: string;
}

/**
 * An SSH server inside this process that needs neither root nor sshd: commands run by /bin/sh as the current user, in a
 * scratch folder that is also their HOME. It listens on 127.0.0.1 only, and lets in who has the key or the password.
 */
export class Practice {
  /** The home of the commands; gone after `close`. */
  readonly home: string;
  readonly keyPath: string;
  readonly knownHostsPath: string;
  readonly #options: PracticeOptions;
  readonly #user = userInfo().username;
  readonly #hostKeyLine: string;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  readonly #folder = mkdtempSync(join(tmpdir(), "fettle-practice-"));

  private constructor(options: PracticeOptions) {
    this.#options = options;
    this.home = join(this.#folder, "home");
    this.keyPath = join(this.#folder, "id_ed25519");
    this.knownHostsPath = join(this.#folder, "known_hosts");
    mkdirSync(this.home);
    const hostKey = ssh2.utils.generateKeyPairSync("ed25519", {});
    const userKey = ssh2.utils.generateKeyPairSync("ed25519", {});
    writeFileSync(this.keyPath, userKey.private);
    chmodSync(this.keyPath, 0o600);
    const { password } = options;
    const door: Door = { user: this.#user, publicKey: userKey.public, ...(password !== undefined && { password }) };
    this.#server = this.#serve(hostKey.private, door);
    this.#hostKeyLine = hostKey.public;
  }

  /** Rejects when no port can be had. */
  static async start(options: PracticeOptions = {}): Promise<Practice> {
    const practice = new Practice(options);
    practice.#server.listen(0, "127.0.0.1");
    await once(practice.#server, "listening");
    writeFileSync(practice.knownHostsPath, `[127.0.0.1]:${practice.port} ${practice.#hostKeyLine}\n`);
    return practice;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  /** How to log in here by the key. ~/.ssh/config plays no part. */
  get target(): Target {
    return {
      name: this.#options.name ?? "practice",
      transport: "ssh2",
      address: "127.0.0.1",
      port: this.port,
      user: this.#user,
      privateKeyFile: this.keyPath,
      sshOptions: { configfile: "none", userknownhostsfile: this.knownHostsPath, identityagent: "none" },
      connectTimeoutMs: 10_000,
      becomeMethod: "sudo",
    };
  }

  /** Cuts all connections at once, as when the network breaks; the server goes on listening. */
  dropLinks(): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  /** Ends all connections and deletes the folder. */
  async close(): Promise<void> {
    this.#server.close();
    this.dropLinks();
    await once(this.#server, "close");
    rmSync(this.#folder, { recursive: true, force: true });
  }

  /** The sockets are accepted here and handed over, because ssh2 does not say which it holds. */
  #serve(hostKey: string, door: Door): Server {
    const ssh = new ssh2.Server({ hostKeys: [hostKey] }, (client) => {
      client.on("authentication", (context) => answerLogin(door, context));
      client.on("ready", () => serveSessions(client, this.home));
      client.on("error", () => undefined); // a dropped link; `close` follows
    });
    return createServer((socket) => {
      this.#sockets.add(socket.setNoDelay());
      socket.on("close", () => this.#sockets.delete(socket));
      ssh.injectSocket(socket);
    });
  }
}
