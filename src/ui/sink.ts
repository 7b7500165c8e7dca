/** Writes to a stream; a reader that has gone (`| head`) ends the output, not the run. */
export interface Sink {
  write(this: void, text: string): void;
  close(): Promise<void>;
}

/** Streams that are listened to, and those whose reader has gone: a process may run several times. */
const watched = new WeakSet<NodeJS.WriteStream>();
const gone = new WeakSet<NodeJS.WriteStream>();

function watch(stream: NodeJS.WriteStream): void {
  if (watched.has(stream)) return;
  watched.add(stream);
  stream.on("error", (error: NodeJS.ErrnoException) => {
    gone.add(stream);
    if (error.code !== "EPIPE") throw error;
  });
}

/** What is written in one turn of the event loop goes out at once: a system call a line is dear with many hosts. */
export function createSink(stream: NodeJS.WriteStream): Sink {
  let waiting = "";
  watch(stream);
  const isGone = (): boolean => gone.has(stream);
  const flush = (): void => {
    const text = waiting;
    waiting = "";
    if (text !== "" && !isGone()) stream.write(text);
  };
  return {
    write: (text) => {
      if (waiting === "") setImmediate(flush);
      waiting += text;
    },
    close: () =>
      new Promise((resolve) => {
        flush();
        if (isGone()) resolve();
        else stream.write("", () => resolve());
      }),
  };
}
