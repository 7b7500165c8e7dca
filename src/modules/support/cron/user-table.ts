import { becomes, type Change } from "../../../contract/change.js";
import { hostError } from "../../../contract/error.js";
import { type Read, Unknown } from "../../../contract/query.js";
import { crontab } from "../../../probes/crontab.js";
import { laneUser } from "../../../probes/lane-user.js";
import { user as userProbe } from "../../../probes/user.js";
import { missingTool } from "../accounts/tools.js";

export interface UserTable {
  readonly user: string;
  readonly text: string;
  readonly missing: string | undefined;
}

export async function observeTable(read: Read, given: string | undefined): Promise<UserTable> {
  const user = given ?? (await read(laneUser(null))).user;
  const [text, account, missing] = await Promise.all([
    read(crontab(user)),
    given === undefined ? undefined : read.maybe(userProbe(user)),
    missingTool(read, ["crontab"]),
  ]);
  // A package may bring the user, and takes none away.
  if (account instanceof Unknown && account.cause.brings !== true) await read(userProbe(user));
  if (account === null) {
    throw hostError(`there is no user ${user}`, { remedy: "make it in an earlier task with the module user" });
  }
  return { user, text, missing };
}

/** By the program crontab, which checks it: who writes the file itself is not heard by cron everywhere. */
const INSTALL = 'if [ "$1" = "$(id -un)" ]; then exec crontab -; fi\nexec crontab -u "$1" -';

export function tableChanges({ user, text, missing }: UserTable, after: string): readonly Change[] {
  if (after === text) return [];
  if (missing !== undefined) {
    throw hostError("there is no program crontab on this host", {
      remedy: "install the package cron in an earlier task, or name a cron_file",
    });
  }
  return [
    {
      summary: `write the crontab of ${user}`,
      title: `crontab of ${user}`,
      before: text,
      after,
      effects: [becomes(crontab(user), after)],
      steps: [
        {
          do: "exec",
          argv: ["sh", "-c", INSTALL, "cron", user],
          stdin: { kind: "bytes", bytes: Buffer.from(after) },
        },
      ],
    },
  ];
}
