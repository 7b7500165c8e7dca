import type { Emit, Event } from "../contract/event.js";
import type { ViewOptions } from "./options.js";
import type { Renderer } from "./renderer.js";

/** The live view, loaded while the first events wait: nobody else pays for loading listr2. */
export function createLazyLive(stream: NodeJS.WriteStream, options: ViewOptions): Renderer {
  const waiting: Event[] = [];
  let emit: Emit = (event) => waiting.push(event);
  const loaded = import("./live.js").then(({ createLive }) => {
    const view = createLive(stream, options);
    emit = view.emit;
    for (const event of waiting.splice(0)) emit(event);
    return view;
  });
  return { emit: (event) => emit(event), close: async () => (await loaded).close() };
}
