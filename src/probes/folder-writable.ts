import { defineProbe, ProbeFailure } from "../contract/query.js";
import { fileSubject, tidy } from "./file-way.js";
import { calls } from "./shell.js";

/** Whether the acting user may make and replace entries in a folder, as its file system has it. The path is canonical. */
export const folderWritable = defineProbe<string, boolean>({
  kind: "folderWritable",
  identify: tidy,
  subjects: (path) => [fileSubject(tidy(path))],
  script: (paths) => ({
    text: `g() { for p do [ -w "$p" ] && printf 1 || printf 0; done; }\n${calls("g", paths.map(tidy))}:`,
  }),
  parse: (output, paths) => {
    const text = output.toString("latin1");
    return paths.map((_, i) =>
      text[i] === undefined ? new ProbeFailure("the answer ends too early") : text[i] === "1",
    );
  },
});
