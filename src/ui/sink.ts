/** Writes to a stream; a reader that has gone (`| head`) ends the output, not the run. */
export interface Sink {
  write(this: void, text: string): void;
  close(): Promise<void>;
}

export function createSink(stream: NodeJS.WriteStream): Sink {
  let gone = false;
  const onError = (error: NodeJS.ErrnoException) => {
    gone = true;
    if (error.code !== "EPIPE") throw error;
  };
  stream.on("error", onError);
  return {
    write: (text) => {
      if (!gone) stream.write(text);
    },
    close: () =>
      new Promise((resolve) => {
        if (gone) resolve();
        else stream.write("", () => resolve());
      }),
  };
}
