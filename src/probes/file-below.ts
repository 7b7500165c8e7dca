import { defineProbe, ProbeFailure } from "../contract/query.js";
import { calls } from "./shell.js";
import { tidy } from "./file-way.js";

/**
 * Whether anything lies below a path. What makes it false says of everything below that it is gone: `infer` of the
 * file probes lives off that.
 */
export const anythingBelow = defineProbe<string, boolean>({
  kind: "anythingBelow",
  identify: tidy,
  subjects: (path) => [`file:${tidy(path)}/**`],
  script: (paths) => ({
    text: `g() { for p do set -- "$p"/..?* "$p"/.[!.]* "$p"/*
r=0; for f do [ ! -e "$f" ] && [ ! -L "$f" ] || { r=1; break; }; done; printf %s "$r"; done; }
${calls("g", paths.map(tidy))}`,
  }),
  parse: (output, paths) => {
    const text = output.toString("latin1");
    return paths.map((_, i) => (text[i] === undefined ? new ProbeFailure("the answer ends too early") : text[i] === "1"));
  },
});

/** The folder that an effect of this probe empties. */
export function emptied(query: { readonly probe: { readonly kind: string }; readonly key: unknown }): string | undefined {
  return query.probe.kind === "anythingBelow" ? tidy(query.key as string) : undefined;
}
