import { spawn } from "node:child_process";
import { constants } from "node:os";
import type { Connection, ServerChannel, Session } from "ssh2";
import { passOutput } from "./practice-output.js";

/** Serves the sessions of one login: each runs commands as sshd does, without a terminal. */
export function serveSessions(client: Connection, folder: string): void {
  client.on("session", (accept) => {
    const session = accept();
    session.on("exec", (acceptExec, _reject, { command }) => {
      const channel = acceptExec();
      runCommand(command, folder, channel, session);
    });
  });
}

function runCommand(command: string, folder: string, channel: ServerChannel, session: Session): void {
  const child = spawn("/bin/sh", ["-c", command], {
    cwd: folder,
    env: { ...process.env, HOME: folder },
    stdio: "pipe",
    // A session of its own, so that a signal reaches all that the command started.
    detached: true,
  });
  session.on("signal", (accept: (() => void) | undefined, _reject: unknown, { name }: { name: string }) => {
    accept?.();
    if (child.pid !== undefined && `SIG${name}` in constants.signals) process.kill(-child.pid, `SIG${name}`);
  });
  channel.pipe(child.stdin);
  const passed = passOutput(child.stdout, child.stderr, channel).then(
    () => true,
    () => false,
  );
  // A command may end before it has read its input, and a client may go before it has read the output.
  for (const stream of [child.stdin, channel, channel.stderr]) stream.on("error", () => undefined);
  const end = (code: number | null, signal: NodeJS.Signals | null): void => {
    if (signal === null) channel.exit(code ?? 255);
    else channel.exit(signal.replace(/^SIG/, ""), false, "");
    channel.end();
  };
  child.on("close", (code, signal) => {
    void passed.then((isWhole) => isWhole && end(code, signal));
  });
  // As under sshd, a command whose client has gone is not killed: its pipes are closed.
  channel.on("close", () => {
    child.stdin.destroy();
    child.stdout.destroy();
    child.stderr.destroy();
  });
}
