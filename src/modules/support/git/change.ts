import { becomes, type Change, disturbs, type Effect, leads } from "../../../contract/change.js";
import { defaults } from "../attributes.js";
import { type Destination, folderEntry } from "../destination.js";
import { folderEntryOf } from "../folder.js";
import { endOf, fileStat } from "../../../probes/file-stat.js";
import { entriesSubject, parentOf } from "../../../probes/file-way.js";
import { gitHead, gitModified } from "../../../probes/git.js";
import { scriptStep } from "../script-step.js";
import { accessOf } from "./access.js";
import type { GitState, Target } from "./observe.js";
import { withoutLogin } from "./observe.js";
import type { GitParams } from "./params.js";
import { GIT_SCRIPT } from "./script.js";

export function gitChanges({ destination, head, modified, target }: GitState, given: GitParams): readonly Change[] {
  if (target === undefined) return [];
  const { url, environment } = accessOf(given, "fetch");
  const isOther = head === null || head.commit !== target.commit;
  if (!isOther && modified.length === 0 && head.url === url) return [];
  const { real } = endOf(destination.stat);
  const short = (commit: string | null | undefined): string => (commit ?? "unknown").slice(0, 12);
  const shown = { repo: withoutLogin(given.repo), version: given.version };
  const words = [
    real,
    given.remote,
    url,
    target.ref.kind,
    "name" in target.ref ? target.ref.name : (target.commit ?? ""),
    String(given.depth ?? ""),
    given.force ? "yes" : "no",
    given.recursive ? "yes" : "no",
  ];
  return [
    {
      summary:
        head === null
          ? `clone ${shown.repo} (${given.version}) to ${given.dest}`
          : `update ${given.dest} to ${given.version} (${isOther ? `${short(head.commit)} → ${short(target.commit)}` : "changes are thrown away"})`,
      title: given.dest,
      before: head === null ? null : { commit: head.commit, repo: head.url === null ? null : withoutLogin(head.url) },
      after: { commit: target.commit ?? null, repo: shown.repo },
      effects: effects(destination, given, url, target),
      steps: [scriptStep(GIT_SCRIPT, words, { environment })],
    },
  ];
}

/** What git says comes last: it is then the reason why nobody knows which files are there. */
function effects(destination: Destination, { remote }: GitParams, url: string, { commit }: Target): readonly Effect[] {
  const { entry, real } = endOf(destination.stat);
  const key = { dest: real, remote };
  const usual = defaults("directory", destination.lane, folderEntry(destination));
  return [
    becomes(fileStat(real), { real, links: [], entry: entry ?? folderEntryOf(usual) }),
    leads(real),
    disturbs(entriesSubject(real)),
    disturbs(entriesSubject(parentOf(real))),
    ...(commit === undefined ? [] : [becomes(gitHead(key), { commit, url }), becomes(gitModified(key), [])]),
  ];
}
