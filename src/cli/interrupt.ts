import { setMaxListeners } from "node:events";
import { EXIT } from "./exit-status.js";

/** Ctrl-C once: nothing new is started, the step under way ends. Twice: at once. `say` tells what the first one did. */
export function interruptible<T>(say: (text: string) => void, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const controller = new AbortController();
  // Every host listens: that is no leak, and Node shall not warn of one.
  setMaxListeners(0, controller.signal);
  const stop = (): void => {
    if (controller.signal.aborted) process.exit(EXIT.interrupted);
    say("interrupted: the steps under way are ended, nothing new is started; once more to stop at once");
    controller.abort();
  };
  process.on("SIGINT", stop);
  process.on("SIGTERM", stop);
  return work(controller.signal).finally(() => {
    process.off("SIGINT", stop);
    process.off("SIGTERM", stop);
  });
}
