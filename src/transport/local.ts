import { spawn } from "node:child_process";
import { userInfo } from "node:os";
import type { Channel, ChannelExit, ShellHost } from "./channel.js";

/** The controller itself. */
export function localHost(): ShellHost {
  const open = new Set<Channel>();
  return {
    user: userInfo().username,
    open: (command) => {
      const channel = start(command);
      open.add(channel);
      void channel.exit.then(() => open.delete(channel));
      return Promise.resolve(channel);
    },
    close: () => {
      for (const channel of open) void channel.close();
      return Promise.resolve();
    },
  };
}

function start(command: string): Channel {
  // A session of its own, as sshd gives one: Ctrl-C on the controller's terminal must not reach it.
  const child = spawn("/bin/sh", ["-c", command], { stdio: "pipe", detached: true, cwd: userInfo().homedir });
  const exit = new Promise<ChannelExit>((resolve) => {
    child.on("close", (code) => resolve({ code }));
    child.on("error", (lost) => resolve({ code: null, lost }));
  });
  const close = (): Promise<void> => {
    child.stdin.destroy();
    child.stdout.destroy();
    child.stderr.destroy();
    return Promise.resolve();
  };
  return { stdin: child.stdin, stdout: child.stdout, stderr: child.stderr, exit, close };
}
