import { defineProbe, ProbeFailure } from "../contract/query.js";
import type { Subject } from "../contract/subject.js";
import { quote } from "./shell.js";

export interface HomeKey {
  readonly user: string;
  /** null: the home that the account has. */
  readonly path: string | null;
}

export interface Home {
  readonly path: string;
  /** The folders of the path that are not there, the home last; none: there is something at the path. */
  readonly missing: readonly string[];
}

/** Line: `-`, `x` no permission, or the length of the part that is there, a blank and the path. */
const SCRIPT = `e() { if command -v getent >/dev/null; then getent passwd -- "$1"; else cat /etc/passwd; fi; }
h() { e "$1" | while IFS= read -r l || [ -n "$l" ]; do case $l in "$1":*) IFS=:; set -f; set -- $l; printf '%s' "$6"; break ;; esac; done; }
g() { p=$2; [ -n "$p" ] || p=$(h "$1"); [ -n "$p" ] || { echo -; return; }
q=$p; until [ -z "$q" ] || [ -e "$q" ] || [ -L "$q" ]; do q=\${q%/*}; done
if [ "$q" != "$p" ] && [ ! -x "\${q:-/}" ]; then echo x; else printf '%s %s\\n' "\${#q}" "$p"; fi; }
`;

/** Whether a user's home is there; null: the user is not, and no path is named. */
export const userHome = defineProbe<HomeKey, Home | null>({
  kind: "userHome",
  identify: ({ user, path }) => `${user}:${path ?? ""}`,
  subjects: ({ user, path }) => [`user:${user}`, ...(path === null ? [] : fileSubjects(path, []))],
  resolved: (_key, home) => (home === null ? [] : fileSubjects(home.path, home.missing)),
  changed: ({ user }) => [`user:${user}`],
  script: (keys) => ({
    text: SCRIPT + keys.map(({ user, path }) => `g ${quote(user)} ${quote(path ?? "")}\n`).join(""),
  }),
  parse: (output, keys) => {
    const lines = output.toString().split("\n");
    return keys.map((_key, i) => parseLine(lines[i] ?? ""));
  },
});

function fileSubjects(path: string, missing: readonly string[]): readonly Subject[] {
  return [path, ...missing].map((folder): Subject => `file:${folder}`);
}

function parseLine(line: string): Home | null | ProbeFailure {
  if (line === "-") return null;
  if (line === "x") return new ProbeFailure("no permission to look for the user's home; set become: true");
  const [, length, path = ""] = /^(\d+) (.*)$/.exec(line) ?? [];
  if (length === undefined) return new ProbeFailure("the answer about a home is not understood");
  const there = Buffer.from(path).subarray(0, Number(length)).toString();
  const names = path.slice(there.length).split("/").filter(Boolean);
  return { path, missing: names.map((_name, i) => `${there.replace(/\/$/, "")}/${names.slice(0, i + 1).join("/")}`) };
}
