import { hostError } from "../contract/error.js";
import type { Script } from "../contract/step.js";
import type { Connection, Counters, LaneKey, RunOptions, ScriptReport, Target } from "../contract/transport.js";
import type { ShellHost } from "./channel.js";
import { Lane } from "./lane.js";

/** A logged-in host whose lanes are opened when they are first needed. */
export function makeConnection(host: ShellHost, target: Target): Connection {
  const counters: Counters = { roundTrips: 0, bytesSent: 0, bytesReceived: 0 };
  const lanes = new Map<string, Promise<Lane>>();
  let isClosed = false;
  const laneOf = (key: LaneKey): Promise<Lane> => {
    // What was asked ahead and is not needed any more: a lane that is opened now would be closed by nobody.
    if (isClosed) return Promise.reject(hostError("the connection is closed"));
    const name = key.becomeUser ?? "";
    const known = lanes.get(name);
    if (known !== undefined) return known;
    const opened = Lane.open(host, key, target, counters);
    lanes.set(name, opened);
    // A lane that could not be opened may be asked for again: a task may have created its user.
    opened.catch(() => lanes.delete(name));
    return opened;
  };
  return {
    counters,
    run: async (key: LaneKey, script: Script, options: RunOptions = {}): Promise<ScriptReport> => {
      const opened = laneOf(key);
      const lane = await opened;
      try {
        return await lane.run(script, options);
      } finally {
        // Another run may have opened a new one meanwhile.
        const name = key.becomeUser ?? "";
        if (!lane.isOpen && lanes.get(name) === opened) lanes.delete(name);
      }
    },
    close: async () => {
      isClosed = true;
      for (const lane of await Promise.allSettled(lanes.values())) if (lane.status === "fulfilled") lane.value.close();
      await host.close();
    },
  };
}
