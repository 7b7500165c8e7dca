import { defineProbe, ProbeFailure } from "../contract/query.js";
import { calls } from "./shell.js";

/** What a package's file says about itself. */
export interface DebFile {
  /** With its architecture only where that is not the host's own. */
  readonly name: string;
  readonly version: string;
}

/** The package in a file; null: there is no such file. */
export const debFile = defineProbe<string, DebFile | null>({
  kind: "debFile",
  identify: (path) => path,
  subjects: (path) => [`file:${path}`],
  script: (paths) => ({
    text: `command -v dpkg-deb >/dev/null || { echo none; exit 0; }
echo "native $(dpkg --print-architecture)"
g() { for f do if [ -e "$f" ]; then dpkg-deb -f "$f" Package Version Architecture 2>&1 || echo bad; else echo gone; fi; echo =; done; }
${calls("g", paths)}:`,
  }),
  parse: (output, paths) => {
    const [first = "", ...rest] = output.toString().split("\n");
    if (first === "none") return paths.map(() => new ProbeFailure("this host has no dpkg; supported is apt"));
    const blocks = rest.join("\n").split(/^=\n/m);
    return paths.map((path, i) => readBlock(path, blocks[i] ?? "", first.replace("native ", "")));
  },
});

function readBlock(path: string, block: string, native: string): DebFile | null | ProbeFailure {
  if (block.trim() === "gone") return null;
  const field = (name: string): string | undefined => new RegExp(`^${name}: (.*)$`, "m").exec(block)?.[1];
  const [name, version, arch] = [field("Package"), field("Version"), field("Architecture")];
  if (name === undefined || version === undefined || arch === undefined)
    return new ProbeFailure(`${path} is not a Debian package: ${block.replace(/\nbad\n?$/, "").trim()}`);
  return { name: arch === "all" || arch === native ? name : `${name}:${arch}`, version };
}
