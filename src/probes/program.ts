import { defineProbe, ProbeFailure } from "../contract/query.js";
import { calls } from "./shell.js";

const FOLDERS = ["/usr/local/sbin", "/usr/local/bin", "/usr/sbin", "/usr/bin", "/sbin", "/bin"] as const;

/** Where the shell finds a program, or null: it has none of that name. */
export const program = defineProbe<string, string | null>({
  kind: "program",
  identify: (name) => name,
  subjects: (name) => FOLDERS.map((folder) => `file:${folder}/${name}` as const),
  script: (names) => ({
    text: `g() { for n do command -v "$n" || echo; done; }\n${calls("g", names)}:`,
  }),
  parse: (output, names) => {
    const lines = output.toString().split("\n");
    return names.map((_name, i) => lines[i] ?? new ProbeFailure("the answer ends too early")).map(pathOrNull);
  },
});

/** Shell builtins and aliases are no programs. */
function pathOrNull(line: string | ProbeFailure): string | null | ProbeFailure {
  if (line instanceof ProbeFailure) return line;
  return line.startsWith("/") ? line : null;
}
