/** Writes to a stream; a reader that has gone (`| head`) ends the output, not the run. */
export interface Sink {
  write(this: void, text: string): void;
  close(): Promise<void>;
}

/** What is written in one turn of the event loop goes out at once: a system call a line is dear with many hosts. */
export function createSink(stream: NodeJS.WriteStream): Sink {
  let gone = false;
  let waiting = "";
  stream.on("error", (error: NodeJS.ErrnoException) => {
    gone = true;
    if (error.code !== "EPIPE") throw error;
  });
  const flush = (): void => {
    const text = waiting;
    waiting = "";
    if (text !== "" && !gone) stream.write(text);
  };
  return {
    write: (text) => {
      if (waiting === "") setImmediate(flush);
      waiting += text;
    },
    close: () =>
      new Promise((resolve) => {
        flush();
        if (gone) resolve();
        else stream.write("", () => resolve());
      }),
  };
}
