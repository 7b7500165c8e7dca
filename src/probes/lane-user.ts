import { defineProbe, ProbeFailure } from "../contract/query.js";

/** Who the lane acts as: what a new file gets when nothing else is said. */
export interface LaneUser {
  /** Name, or the number as text where it has none. */
  readonly user: string;
  readonly group: string;
  readonly umask: number;
}

export const laneUser = defineProbe<null, LaneUser>({
  kind: "laneUser",
  identify: () => "",
  subjects: () => [],
  script: () => ({ text: "id -un 2>/dev/null || id -u; id -gn 2>/dev/null || id -g; umask" }),
  parse: (output) => {
    const [user, group, umask] = output.toString("utf8").split("\n");
    if (!user || !group || !umask || !/^[0-7]+$/.test(umask))
      return [new ProbeFailure("id and umask are not understood")];
    return [{ user, group, umask: parseInt(umask, 8) }];
  },
});
