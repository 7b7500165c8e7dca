import { defineProbe, ProbeFailure } from "../contract/query.js";
import type { Subject } from "../contract/subject.js";
import { entriesSubject, fileSubject, tidy } from "./file-way.js";
import { Cursor, decoded, orFailure, quote } from "./shell.js";

/** A working copy and where it comes from. */
export interface GitKey {
  /** Canonical. */
  readonly dest: string;
  readonly remote: string;
}

export interface GitHead {
  /** The commit that is checked out, in full; null: none yet. */
  readonly commit: string | null;
  /** The URL of the remote; null: there is no such remote. */
  readonly url: string | null;
}

/** Looks only: without optional locks git does not write its index anew. What others may have set up does not run. */
const GIT = `GIT_OPTIONAL_LOCKS=0 GIT_TERMINAL_PROMPT=0
export GIT_OPTIONAL_LOCKS GIT_TERMINAL_PROMPT
g() { git -c core.fsmonitor=false -c core.hooksPath=/dev/null -C "$d" "$@"; }
`;

const identify = ({ dest, remote }: GitKey): string => `${tidy(dest)} ${remote}`;
const subjects = ({ dest }: GitKey): readonly Subject[] => {
  const path = tidy(dest);
  return [
    fileSubject(path),
    `file:${path}/**`,
    entriesSubject(path),
    fileSubject(`${path}/.git/HEAD`),
    fileSubject(`${path}/.git/config`),
  ];
};

/** What is checked out; null: no working copy is there. */
export const gitHead = defineProbe<GitKey, GitHead | null>({
  kind: "gitHead",
  identify,
  subjects,
  script: (keys) => ({
    text: `${GIT}${keys
      .map(
        ({ dest, remote }) => `d=${quote(tidy(dest))}
if [ ! -e "$d/.git" ]; then printf 'none\\0'
elif e=$(g rev-parse --git-dir 2>&1 >/dev/null); then
printf 'git\\0%s\\0%s\\0' "$(g rev-parse -q --verify HEAD^0 2>/dev/null)" "$(g config --get ${quote(`remote.${remote}.url`)})"
else printf 'no\\0%s\\0' "$e"; fi
`,
      )
      .join("")}`,
  }),
  parse: (output, keys) => {
    const cursor = new Cursor(output);
    return keys.map(() => orFailure(() => readHead(cursor)));
  },
});

function readHead(cursor: Cursor): GitHead | null {
  const kind = cursor.until("\0");
  if (kind === "none") return null;
  const first = cursor.until("\0");
  if (kind === "no") throw new ProbeFailure(decoded(first.split("\n")[0] ?? "it is no working copy"));
  const url = decoded(cursor.until("\0"));
  return { commit: first === "" ? null : first, url: url === "" ? null : url };
}

/** Tracked files that are not as they were checked out. */
export const gitModified = defineProbe<GitKey, readonly string[]>({
  kind: "gitModified",
  identify,
  subjects,
  cost: "dear",
  script: (keys) => ({
    text: `${GIT}${keys
      .map(
        ({ dest }) => `d=${quote(tidy(dest))}
g status --porcelain -z --untracked-files=no --ignore-submodules 2>/dev/null; printf '\\0'
`,
      )
      .join("")}`,
  }),
  parse: listed((entry) => entry.slice(3)),
});

/** All files of the working copy that git knows. Whoever asks hangs on each of them. */
export const gitTracked = defineProbe<GitKey, readonly string[]>({
  kind: "gitTracked",
  identify,
  subjects,
  resolved: ({ dest }, names) => names.map((name) => fileSubject(`${tidy(dest)}/${name}`)),
  script: (keys) => ({
    text: `${GIT}${keys
      .map(
        ({ dest }) => `d=${quote(tidy(dest))}
[ ! -e "$d/.git" ] || g ls-files -z 2>/dev/null; printf '\\0'
`,
      )
      .join("")}`,
  }),
  parse: listed((entry) => entry),
});

function listed(nameOf: (entry: string) => string) {
  return (output: Buffer, keys: readonly GitKey[]): readonly (readonly string[] | ProbeFailure)[] => {
    const cursor = new Cursor(output);
    return keys.map(() =>
      orFailure(() => {
        const names: string[] = [];
        for (let entry = cursor.until("\0"); entry !== ""; entry = cursor.until("\0"))
          names.push(decoded(nameOf(entry)));
        return names;
      }),
    );
  };
}
