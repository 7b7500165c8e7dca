import * as z from "zod";
import { flag } from "../../values.js";
import { accountNumber, accountText } from "./names.js";

export const groupParams = z
  .strictObject({
    name: accountText().describe("Name of the group."),
    state: z
      .enum(["present", "absent"], { error: "must be present or absent" })
      .default("present")
      .describe("Whether the group shall be there."),
    gid: accountNumber().optional().describe("Its number. Absent: as it is; a new group gets the next free one."),
    non_unique: flag().default(false).describe("Let gid be one that another group has. Needs gid."),
    system: flag().default(false).describe("A new group gets a number from the range of system groups."),
    force: flag().default(false).describe("With `absent`: remove it although it is a user's primary group."),
    local: flag().default(false).describe("For Ansible's sake; groups are always made in the host's own files."),
  })
  .refine(({ non_unique, gid }) => !non_unique || gid !== undefined, { error: "needs gid", path: ["non_unique"] })
  .refine(({ force, state }) => !force || state === "absent", { error: "needs state: absent", path: ["force"] });

export type GroupParams = z.output<typeof groupParams>;
