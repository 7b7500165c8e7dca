import type { Local, LocalFile } from "../contract/module.js";
import { type Query, type Read, Unknown } from "../contract/query.js";
import type { WaveQueue } from "./wave.js";

/** The `read` that a module is given. `isDry`: this is a dry run. */
export function makeRead(ask: (query: Query<unknown>) => Promise<unknown>, isDry: boolean): Read {
  const read = async (query: Query<unknown>): Promise<unknown> => {
    const value = await ask(query);
    // An Unknown is thrown as it is: observers let it through, and it is no error.
    // eslint-disable-next-line @typescript-eslint/only-throw-error
    if (value instanceof Unknown) throw value;
    return value;
  };
  const foresee = async (query: Query<unknown>): Promise<unknown> => {
    const value = isDry ? await ask(query) : undefined;
    return value instanceof Unknown ? undefined : value;
  };
  return Object.assign(read, { maybe: ask, foresee }) as Read;
}

/** Files of the controller, read while waves wait; see WaveQueue. */
export function trackedLocal(local: Local, waves: WaveQueue): Local {
  const file = (found: LocalFile): LocalFile => ({
    path: found.path,
    sizeBytes: found.sizeBytes,
    mode: found.mode,
    isDirectory: found.isDirectory,
    ...(found.inMemory === true && { inMemory: true }),
    bytes: () => waves.track(found.bytes()),
    sha256: () => waves.track(found.sha256()),
  });
  return {
    file: async (src, decrypt) => file(await waves.track(local.file(src, decrypt))),
    template: (src) => waves.track(local.template(src)),
    fetch: (url, maxBytes) => waves.track(local.fetch(url, maxBytes)),
    target: async (path) => {
      const target = await waves.track(local.target(path));
      return { path: target.path, sha256: () => waves.track(target.sha256()) };
    },
    variables: (from) => waves.track(local.variables(from)),
    tree: async (src, follow, decrypt) => {
      const entries = await waves.track(local.tree(src, follow, decrypt));
      return entries.map((entry) => (entry.file === undefined ? entry : { ...entry, file: file(entry.file) }));
    },
  };
}
