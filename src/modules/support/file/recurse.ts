import { becomes, type Change, disturbs } from "../../../contract/change.js";
import type { Entry } from "../../../probes/file-entry.js";
import { fileStat } from "../../../probes/file-stat.js";
import { fileTree, type TreeEntry } from "../../../probes/file-tree.js";
import {
  type AttributeParams,
  type Attributes,
  modeArgument,
  sameAttributes,
  wantedAttributes,
} from "../attributes.js";
import { slices } from "../../../probes/shell.js";
import type { Step } from "../../../contract/step.js";
import type { Destination } from "../destination.js";

/** What lies below a folder, where that is to get attributes too. `real` is the folder's canonical path. */
export interface Below {
  readonly real: string;
  readonly tree: readonly TreeEntry[];
}

interface Differing {
  readonly path: string;
  readonly old: Entry;
  readonly after: Attributes;
}

/** Gives everything below the attributes. Symbolic links keep theirs, and what they lead to is not touched. */
export function belowChanges(below: Below, destination: Destination, given: AttributeParams): readonly Change[] {
  const differing = below.tree.flatMap(({ path, entry }): readonly Differing[] => {
    if (entry.type === "link") return [];
    const kind = { isDirectory: entry.type === "directory", umask: destination.lane.umask };
    const after = wantedAttributes(given, destination.names, entry, kind);
    return sameAttributes(entry, after) ? [] : [{ path, old: entry, after }];
  });
  if (differing.length === 0) return [];
  const count = differing.length === 1 ? "one entry" : `${differing.length} entries`;
  return [
    {
      summary: `change the attributes of ${count} below ${destination.path}`,
      title: destination.path,
      effects: [
        becomes(fileTree(below.real), changedTree(below.tree, differing)),
        ...differing.map(({ path, old, after }) =>
          becomes(fileStat(path), { real: path, links: [], entry: { ...old, ...pick(after) } }),
        ),
        ...(differing.some(({ old }) => old.shared) ? [disturbs("file:*")] : []),
      ],
      steps: [...ownerSteps(differing), ...modeSteps(differing)],
    },
  ];
}

function changedTree(tree: readonly TreeEntry[], differing: readonly Differing[]): readonly TreeEntry[] {
  const after = new Map(differing.map((one) => [one.path, one.after]));
  return tree.map(({ path, entry }) => ({ path, entry: { ...entry, ...pick(after.get(path) ?? entry) } }));
}

function pick({ mode, owner, group }: Attributes): Attributes {
  return { mode, owner, group };
}

function ownerSteps(differing: readonly Differing[]): readonly Step[] {
  const words = ({ old, after }: Differing): string =>
    (old.owner === after.owner ? "" : after.owner) + (old.group === after.group ? "" : `:${after.group}`);
  return commands(["chown", "-h"], differing, words);
}

/** After chown, which takes setuid and setgid away. */
function modeSteps(differing: readonly Differing[]): readonly Step[] {
  const words = ({ old, after }: Differing): string => {
    const chowned = old.owner !== after.owner || old.group !== after.group;
    return old.mode !== after.mode || (chowned && (after.mode & 0o6000) !== 0) ? modeArgument(after.mode) : "";
  };
  return commands(["chmod"], differing, words);
}

/** One command for each hundred entries that need the same word; those that need none are left out. */
function commands(
  argv: readonly string[],
  differing: readonly Differing[],
  wordOf: (one: Differing) => string,
): readonly Step[] {
  const groups = new Map<string, string[]>();
  for (const one of differing) {
    const word = wordOf(one);
    if (word !== "") groups.set(word, [...(groups.get(word) ?? []), one.path]);
  }
  return [...groups].flatMap(([word, paths]) =>
    slices(paths).map((slice): Step => ({ do: "exec", argv: [...argv, "--", word, ...slice] })),
  );
}
