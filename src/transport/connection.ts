import type { Script } from "../contract/step.js";
import type { Connection, Counters, LaneKey, RunOptions, ScriptReport, Target } from "../contract/transport.js";
import type { ShellHost } from "./channel.js";
import { Lane } from "./lane.js";

/** A logged-in host whose lanes are opened when they are first needed. */
export function makeConnection(host: ShellHost, target: Target): Connection {
  const counters: Counters = { roundTrips: 0, bytesSent: 0, bytesReceived: 0 };
  const lanes = new Map<string, Promise<Lane>>();
  const laneOf = (key: LaneKey): Promise<Lane> => {
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
      for (const lane of await Promise.allSettled(lanes.values())) if (lane.status === "fulfilled") lane.value.close();
      await host.close();
    },
  };
}
