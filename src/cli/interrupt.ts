import { EXIT } from "./exit-status.js";

/** Ctrl-C once: nothing new is started, the step under way ends. Twice: at once. */
export function interruptible<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const controller = new AbortController();
  const stop = (): void => {
    if (controller.signal.aborted) process.exit(EXIT.interrupted);
    process.stderr.write("\ninterrupted: the steps under way end, nothing new is started; once more to stop at once\n");
    controller.abort();
  };
  process.on("SIGINT", stop);
  process.on("SIGTERM", stop);
  return work(controller.signal).finally(() => {
    process.off("SIGINT", stop);
    process.off("SIGTERM", stop);
  });
}
