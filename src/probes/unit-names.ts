import { defineProbe } from "../contract/query.js";
import { managerSubject } from "./service.js";

/** All units that systemd could start, with their types: asked only when one is not found. */
export const unitNames = defineProbe<null, readonly string[]>({
  kind: "unitNames",
  identify: () => "",
  subjects: () => [managerSubject],
  cost: "dear",
  script: () => ({ text: "systemctl list-unit-files --no-legend --no-pager --full 2>/dev/null\n:" }),
  parse: (output) => [
    output
      .toString()
      .split("\n")
      .map((line) => line.trim().split(/\s+/)[0] ?? "")
      .filter((name) => name !== ""),
  ],
});
