import { setTimeout as sleep } from "node:timers/promises";
import type { Duplex } from "node:stream";
import ssh2, { type Algorithms, type ClientChannel, type ConnectConfig } from "ssh2";
import { FettleError } from "../../contract/error.js";
import type { Target } from "../../contract/transport.js";
import type { Channel, ChannelExit, ShellHost } from "../channel.js";
import { hostKeyError, loginError } from "./errors.js";
import { identities } from "./identities.js";
import { addKnownHost, KnownHosts } from "./known-hosts.js";
import { proxyRoute, type Route } from "./proxy-command.js";
import { jumpTarget, type SshSettings, sshSettings } from "./settings.js";
import { withSpares } from "./spares.js";

/** A server whose MaxStartups is reached closes the connection at once: worth another try. */
const TRIES = 8;
const NO_SESSION = "does not open another session";

/** Logs in by SSH, through its jump hosts. Rejects with a FettleError of kind unreachable. */
export async function connectSsh(target: Target, signal?: AbortSignal): Promise<ShellHost> {
  const settings = sshSettings(target);
  const another = (): Promise<SshShellHost> => logIn(target, settings, signal);
  return withSpares(await another(), another, ({ details }) => details.cause.includes(NO_SESSION));
}

async function logIn(target: Target, settings: SshSettings, signal: AbortSignal | undefined): Promise<SshShellHost> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await connectOnce(target, settings, signal);
    } catch (error) {
      const busy = error instanceof FettleError && /closed the connection during the login/.test(error.details.cause);
      if (!busy || attempt === TRIES || signal?.aborted === true) throw error;
      // Randomly spread, so that many hosts behind one jump host do not come back all at once.
      await sleep(Math.min(attempt, 4) * 300 * (0.5 + Math.random()));
    }
  }
}

async function connectOnce(
  target: Target,
  settings: SshSettings,
  signal: AbortSignal | undefined,
): Promise<SshShellHost> {
  const route = await openRoute(target, settings, signal);
  try {
    const client = await login(settings, route?.socket, signal);
    return shellHost(client, settings, route);
  } catch (error) {
    const failure = await route?.failure?.();
    await route?.close();
    throw failure ?? error;
  }
}

/** The way by a command of the user's, or through the jump hosts: each is a login of its own, with its own host key verified. */
async function openRoute(
  target: Target,
  settings: SshSettings,
  signal: AbortSignal | undefined,
): Promise<Route | undefined> {
  if (settings.proxyCommand !== undefined) return proxyRoute(settings.proxyCommand, settings);
  const jump = settings.jumps.at(-1);
  if (jump === undefined) return undefined;
  const before = settings.jumps.slice(0, -1);
  const through: Target = jumpTarget(jump, target);
  const nested =
    before.length === 0 ? through : { ...through, sshOptions: { ...through.sshOptions, proxyjump: before.join(",") } };
  try {
    const host = (await connectSsh(nested, signal)) as SshShellHost;
    const socket = await host.forward(settings.address, settings.port);
    return { socket, close: () => host.close() };
  } catch (error) {
    if (!(error instanceof FettleError)) throw error;
    throw new FettleError({
      ...error.details,
      cause: `${settings.name}: the jump host ${jump} cannot be used: ${error.details.cause}`,
    });
  }
}

/** The only place that configures ssh2, which accepts ANY host key when it is given no verifier. */
export function clientConfig(
  settings: SshSettings,
  tell: (error: FettleError) => void,
): ConnectConfig & { readonly hostVerifier: (key: Buffer) => boolean } {
  const known = new KnownHosts(settings.knownHostsFiles);
  const types = known.types(settings.hostKeyNames);
  const hostVerifier = (key: Buffer): boolean => {
    const verdict = known.verify(settings.hostKeyNames, key);
    const [file] = settings.knownHostsFiles;
    const [name] = settings.hostKeyNames;
    if (
      verdict.kind === "unknown" &&
      settings.strictHostKeyChecking === "accept-new" &&
      file !== undefined &&
      name !== undefined
    ) {
      addKnownHost(file, name, key);
      return true;
    }
    const error = hostKeyError(verdict, key, settings);
    if (error !== undefined) tell(error);
    return error === undefined;
  };
  return {
    host: settings.address,
    port: settings.port,
    username: settings.user,
    readyTimeout: settings.connectTimeoutMs,
    keepaliveInterval: settings.keepaliveIntervalMs,
    keepaliveCountMax: settings.keepaliveCountMax,
    // Only types that are known: a server must not choose one that nobody has seen.
    ...(types.length > 0 && { algorithms: { serverHostKey: algorithmsOf(types) } }),
    hostVerifier,
  };
}

/** An RSA key signs with newer algorithms than its type's name says. */
function algorithmsOf(types: readonly string[]): NonNullable<Algorithms["serverHostKey"]> {
  const names = types.flatMap((type) => (type === "ssh-rsa" ? ["rsa-sha2-512", "rsa-sha2-256"] : [type]));
  return names as NonNullable<Extract<Algorithms["serverHostKey"], readonly unknown[]>>;
}

function login(
  settings: SshSettings,
  socket: Duplex | undefined,
  signal: AbortSignal | undefined,
): Promise<ssh2.Client> {
  const client = new ssh2.Client();
  return new Promise((resolve, reject) => {
    let refused: FettleError | undefined;
    const ids = identities(settings);
    const fail = (error: Error): void => {
      signal?.removeEventListener("abort", abort);
      client.destroy();
      reject(refused ?? loginError(error, settings, ids.tried));
    };
    const abort = (): void =>
      fail(new FettleError({ kind: "interrupted", cause: `the login to ${settings.name} was interrupted` }));
    signal?.addEventListener("abort", abort, { once: true });
    client.once("ready", () => {
      signal?.removeEventListener("abort", abort);
      client.off("error", fail);
      client.on("error", () => undefined); // `close` follows and tells
      resolve(client);
    });
    client.on("error", fail);
    client.once("close", () => fail(new Error("Connection lost before handshake")));
    const config = clientConfig(settings, (error) => (refused = error));
    client.connect({
      ...config,
      authHandler: ids.handler,
      ...(ids.agent !== undefined && { agent: ids.agent }),
      ...(socket !== undefined && { sock: socket }),
    });
    // Each small packet waits for an acknowledgement otherwise: 40 ms a script, and some at the login.
    client.setNoDelay(true);
  });
}

interface SshShellHost extends ShellHost {
  forward(address: string, port: number): Promise<Duplex>;
}

function shellHost(client: ssh2.Client, settings: SshSettings, route: Route | undefined): SshShellHost {
  let isClosed = false;
  const closed = new Promise<void>((resolve) =>
    client.once("close", () => {
      isClosed = true;
      resolve();
    }),
  );
  const lost = (): FettleError =>
    new FettleError({
      kind: "unreachable",
      cause: `the connection to ${settings.name} was lost`,
      remedy: "run again: what is done already is not done twice",
    });
  return {
    user: settings.user,
    open: (command) =>
      new Promise((resolve, reject) => {
        if (isClosed) {
          reject(lost());
          return;
        }
        // The link may break before there is an answer.
        void closed.then(() => reject(lost()));
        client.exec(command, (error, stream) => {
          if (error === undefined) resolve(channelOf(stream, closed, lost));
          // When the link breaks, this comes first; what has happened is told right behind it.
          else setImmediate(() => reject(noSession(error, settings)));
        });
      }),
    forward: (address, port) =>
      new Promise((resolve, reject) => {
        client.forwardOut("127.0.0.1", 0, address, port, (error, stream) => {
          if (error === undefined) resolve(stream);
          else reject(noForward(error, `${address}:${port}`, settings));
        });
      }),
    close: async () => {
      client.end();
      await Promise.race([closed, sleep(1000, undefined, { ref: false })]);
      client.destroy();
      await route?.close();
    },
  };
}

function noSession(error: Error, { name }: SshSettings): FettleError {
  const cause = `${name} ${NO_SESSION}: ${error.message}`;
  return new FettleError({ kind: "unreachable", cause, remedy: "raise MaxSessions in its sshd_config" });
}

function noForward(error: Error, to: string, { name }: SshSettings): FettleError {
  const why = error.message.replace(/^\(SSH\) Channel open failure: /, "");
  return new FettleError({
    kind: "unreachable",
    cause: `${name} does not reach ${to}: ${why}`,
    remedy: "check the address as seen from there, and AllowTcpForwarding in its sshd_config",
  });
}

function channelOf(stream: ClientChannel, closed: Promise<void>, lost: () => FettleError): Channel {
  const exit = new Promise<ChannelExit>((resolve) => {
    let code: number | null = null;
    stream.on("exit", (status: number | null) => (code = status));
    // A broken link closes its channels first.
    stream.on("close", () => setImmediate(() => resolve({ code })));
    void closed.then(() => resolve({ code, lost: lost() }));
  });
  const close = async (): Promise<void> => {
    stream.close();
    await exit;
  };
  return { stdin: stream, stdout: stream, stderr: stream.stderr, exit, close };
}
