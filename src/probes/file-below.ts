import { defineProbe, ProbeFailure } from "../contract/query.js";
import { calls } from "./shell.js";
import { entriesSubject, tidy, type Way } from "./file-way.js";

/**
 * Whether anything lies below a path. What makes it false says of everything below that it is gone: `infer` of the
 * file probes lives off that.
 */
export const anythingBelow = defineProbe<string, boolean>({
  kind: "anythingBelow",
  identify: tidy,
  subjects: (path) => [`file:${tidy(path)}/**`, entriesSubject(tidy(path))],
  script: (paths) => ({
    text: `g() { for p do set -- "$p"/..?* "$p"/.[!.]* "$p"/*
r=0; for f do [ ! -e "$f" ] && [ ! -L "$f" ] || { r=1; break; }; done; printf %s "$r"; done; }
${calls("g", paths.map(tidy))}`,
  }),
  parse: (output, paths) => {
    const text = output.toString("latin1");
    return paths.map((_, i) =>
      text[i] === undefined ? new ProbeFailure("the answer ends too early") : text[i] === "1",
    );
  },
});

/** The folder that an effect of this probe empties. */
export function emptied(query: {
  readonly probe: { readonly kind: string };
  readonly key: unknown;
}): string | undefined {
  return query.probe.kind === "anythingBelow" ? tidy(query.key as string) : undefined;
}

/** Whether a way ends below a folder and does not lead through links in it: then it ends in nothing without them. */
export function isGoneWith({ real, links }: Way, folder: string): boolean {
  const isBelow = (path: string): boolean => path.startsWith(`${folder === "/" ? "" : folder}/`);
  return isBelow(real) && !links.some((link) => isBelow(link.path));
}
