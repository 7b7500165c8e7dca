import type { Renderer } from "./renderer.js";
import { createJson } from "./json.js";
import { createLazyLive } from "./lazy-live.js";
import type { ViewOptions } from "./options.js";
import { createPlain } from "./plain.js";
import { publicEvent } from "./prepare.js";
import { createRedactor } from "./redact.js";
import { createSink } from "./sink.js";
import { wholeLines } from "./whole-lines.js";

export { formatError, formatErrors } from "./errors.js";
export { wantsColor } from "./paint.js";
export type { Renderer } from "./renderer.js";
export { createRedactor, redacted } from "./redact.js";

export interface RendererOptions extends ViewOptions {
  /** live – a tree that redraws itself, for terminals; plain – lines; json – one event a line. */
  readonly kind: "live" | "plain" | "json";
  readonly stream: NodeJS.WriteStream;
  /** Values that are never shown. Asked again for each event: more may become known. */
  readonly secrets: () => readonly string[];
}

export function createRenderer(options: RendererOptions): Renderer {
  const sink = createSink(options.stream);
  const redact = createRedactor(options.secrets);
  const view = createView(options, sink.write);
  return {
    emit: wholeLines((event) => view.emit(publicEvent(event, redact))),
    close: async () => {
      await view.close();
      await sink.close();
    },
  };
}

function createView(options: RendererOptions, write: (text: string) => void): Renderer {
  const close = () => Promise.resolve();
  switch (options.kind) {
    case "live":
      return createLazyLive(options.stream, options);
    case "plain":
      return { emit: createPlain(write, options), close };
    case "json":
      return { emit: createJson(write), close };
    default:
      return options.kind satisfies never;
  }
}
