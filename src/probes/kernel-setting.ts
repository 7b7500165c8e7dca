import { defineProbe, ProbeFailure } from "../contract/query.js";
import type { Subject } from "../contract/subject.js";
import { calls, Cursor, orFailure } from "./shell.js";

export function settingSubject(path: string): Subject {
  return `kernel:setting/${path}`;
}

/**
 * What a setting below /proc/sys (`net/ipv4/ip_forward`) is, with one blank between its parts; null: there is none, or
 * it can only be written.
 */
export const kernelValue = defineProbe<string, string | null>({
  kind: "kernelValue",
  identify: (path) => path,
  subjects: (path) => [settingSubject(path)],
  script: (paths) => ({
    text: `g() { for p do if v=$(cat "/proc/sys/$p" 2>/dev/null); then printf 'v%s\\0' "$v"; else printf '\\0'; fi; done; }
${calls("g", paths)}:`,
  }),
  parse: (output, paths) => {
    const cursor = new Cursor(output);
    return paths.map(() => orFailure(() => readValue(cursor.until("\0"))));
  },
});

function readValue(text: string): string | null {
  return text === "" ? null : settingValue(text.slice(1));
}

/** The kernel puts tabs between the parts of a value, and people what they like. */
export function settingValue(text: string): string {
  return text.trim().split(/\s+/).join(" ");
}

/**
 * Whether the acting user may change it; in a container not even root may change most, which busybox's test -w does not
 * see: so the mounts are looked at too. null: there is no such setting.
 */
export const kernelWritable = defineProbe<string, boolean | null>({
  kind: "kernelWritable",
  identify: (path) => path,
  subjects: () => ["kernel:settings"],
  script: (paths) => ({
    text: `o() { n=0 h=; while read -r _ d _ x _; do case $1/ in "$d"/*) [ "\${#d}" -lt "$n" ] || n=\${#d} h=$x ;; esac; done </proc/mounts
case ,$h, in *,ro,*) return 1 ;; esac; }
g() { for p do f=/proc/sys/$p
if [ ! -f "$f" ]; then printf a; elif [ -w "$f" ] && o "$f"; then printf w; else printf r; fi; done; }
${calls("g", paths)}:`,
  }),
  parse: (output, paths) => {
    const text = output.toString();
    return paths.map((_path, i) => {
      const mark = text[i];
      if (mark === undefined) return new ProbeFailure("the answer ends too early");
      return mark === "a" ? null : mark === "w";
    });
  },
});
