import { factSource } from "./source.js";

/** The environment of the play's user on the host, as a command of a task would see it. */
export const envFacts = factSource({
  kind: "env",
  names: ["env"],
  ofUser: true,
  subjects: ["file:/etc/environment"],
  // Probes speak C; the session's own LC_ALL is not known any more.
  script: "( unset LC_ALL; cat /proc/self/environ )",
  parse: (text) => {
    const pairs = text.split("\0").map((entry) => {
      const at = entry.indexOf("=");
      return [entry.slice(0, at), entry.slice(at + 1)] as const;
    });
    return { env: Object.fromEntries(pairs.filter(([name]) => name !== "")) };
  },
});
