import type { Subject } from "../../contract/subject.js";
import { managerSubject, unitFolders } from "../service.js";
import { factSource } from "./source.js";

interface Service {
  readonly name: string;
  /** running, stopped (known to the manager, not running) or inactive (only its file is there). */
  readonly state: "running" | "stopped" | "inactive";
  /** enabled, disabled, static, masked, not-found, failed …; unknown: it has no file. */
  readonly status: string;
  readonly source: "systemd";
}

/** Marks before the status in the first column (`●`) are not wanted, nor headers and colours. */
const SCRIPT = `[ -d /run/systemd/system ] || { echo none; exit 0; }
systemctl list-units --all --type=service --plain --no-legend --no-pager; echo =
systemctl list-unit-files --type=service --no-legend --no-pager
:`;

const BAD = ["not-found", "masked", "failed"];

/** `services`: unit name with its type → what it is and does. null on a host without systemd. */
export const serviceFacts = factSource({
  kind: "services",
  names: ["services"],
  subjects: [managerSubject, ...unitFolders.map((folder): Subject => `file:${folder}`)],
  resolved: ({ services }) =>
    Object.keys(services ?? {}).flatMap((name): Subject[] => {
      const bare = name.replace(/\.service$/, "");
      return [`service:${bare}`, `service:${bare}/active`, `service:${bare}/enabled`];
    }),
  cost: "dear",
  script: SCRIPT,
  parse: (text) => {
    if (text === "none\n") return { services: null };
    const [units = "", files = ""] = text.split(/^=\n/m);
    const found = new Map(words(units).map((unit) => fromUnit(unit)));
    for (const [name = "", status = "unknown"] of words(files)) {
      const known = found.get(name);
      if (known === undefined) found.set(name, { name, state: "inactive", status, source: "systemd" });
      else if (!BAD.includes(known.status)) found.set(name, { ...known, status });
    }
    return { services: Object.fromEntries([...found].sort(([a], [b]) => (a < b ? -1 : 1))) };
  },
});

function words(text: string): readonly (readonly string[])[] {
  return text
    .split("\n")
    .map((line) => line.trim().split(/\s+/))
    .filter(([name]) => name !== "");
}

function fromUnit([name = "", load = "", active = "", sub = ""]: readonly string[]): readonly [string, Service] {
  const status = [load, active].find((word) => BAD.includes(word)) ?? "unknown";
  return [name, { name, state: sub === "running" ? "running" : "stopped", status, source: "systemd" }];
}
