import { FettleError } from "../../contract/error.js";
import type { ShellHost } from "../channel.js";

/**
 * A host whose sshd lets a connection have only so many sessions (MaxSessions): when it refuses one, another connection
 * is made for it. `isFull` tells such a refusal from others.
 */
export function withSpares<H extends ShellHost>(
  first: H,
  another: () => Promise<ShellHost>,
  isFull: (error: FettleError) => boolean,
): H {
  const spares: ShellHost[] = [];
  const open: ShellHost["open"] = async (command) => {
    for (const host of [first, ...spares]) {
      try {
        return await host.open(command);
      } catch (error) {
        if (!(error instanceof FettleError) || !isFull(error)) throw error;
      }
    }
    const spare = await another();
    spares.push(spare);
    return spare.open(command);
  };
  const close = async (): Promise<void> => {
    await Promise.all([first, ...spares].map((host) => host.close()));
  };
  return { ...first, open, close };
}
