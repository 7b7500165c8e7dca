import * as z from "zod";
import { accountText } from "../accounts/names.js";
import { hostPath } from "../path.js";
import { flag, text } from "../../values.js";

const oneLine = (what: string) =>
  text().refine((given) => given.trim() !== "" && !/[\n\r\0]/.test(given), {
    error: `must be one line with ${what} in it`,
  });

const when = (what: string) =>
  text()
    .refine((given) => /^[A-Za-z0-9*,/~-]+$/.test(given), {
      error: "must be as cron takes it: *, 5, 1-5, */15, mon,fri",
    })
    .default("*")
    .describe(what);

/** In /etc/cron.d Debian's cron passes over files whose names hold anything else. */
const cronFile = () =>
  z.union(
    [
      z
        .string()
        .regex(/^[A-Za-z0-9_-]+$/)
        .transform((name) => `/etc/cron.d/${name}`),
      z.string().startsWith("/").pipe(hostPath()),
    ],
    { error: "must be a path, or a name of letters, digits, _ and - below /etc/cron.d: cron passes over others" },
  );

const SPECIAL = ["reboot", "yearly", "annually", "monthly", "weekly", "daily", "hourly"] as const;

export const cronParams = z
  .strictObject({
    name: oneLine("a name").describe(
      "What the entry is found by: the line `#Ansible: NAME` stands above it. Of a variable, its name.",
    ),
    job: oneLine("a command")
      .optional()
      .describe("The command, or a variable's value. Needed with `present`. % has a meaning for cron: \\%."),
    value: oneLine("a value").optional().describe("The same as job."),
    state: z
      .enum(["present", "absent"], { error: "must be present or absent" })
      .default("present")
      .describe("Whether there is such an entry. A cron_file that holds nothing any more is removed."),
    user: accountText()
      .optional()
      .describe("Whose crontab; with cron_file, as whom the command runs. Absent: the user who asks."),
    cron_file: cronFile()
      .optional()
      .describe("A file of its own: a name below /etc/cron.d, or a path. Absent: the user's crontab."),
    minute: when("0-59."),
    hour: when("0-23."),
    day: when("Of the month: 1-31."),
    month: when("1-12, or the first three letters."),
    weekday: when("0-6 from Sunday, or the first three letters."),
    special_time: z
      .enum(SPECIAL, { error: `must be one of ${SPECIAL.join(", ")}` })
      .optional()
      .describe("In place of the times above."),
    disabled: flag().default(false).describe("The entry is there as a comment."),
    env: flag()
      .default(false)
      .describe('It is a variable for the entries below it: `NAME="JOB"`. At the top, unless told otherwise.'),
    insertafter: text().optional().describe("Of a new variable: the one above it."),
    insertbefore: text().optional().describe("Of a new variable: the one below it."),
    backup: flag().default(false).describe("Keep a copy of the old cron_file beside it."),
  })
  .transform(({ job, value, ...rest }, issues) => {
    const problem = (message: string, path: string[] = []): void => issues.addIssue({ code: "custom", message, path });
    if (job !== undefined && value !== undefined) problem("has both job and value, which mean the same");
    const command = job ?? value;
    const { state, env, cron_file, special_time } = rest;
    if (state === "present" && command === undefined) problem("needs job");
    if (cron_file !== undefined && rest.user === undefined && !env && state === "present")
      problem("needs user with cron_file");
    const times = [rest.minute, rest.hour, rest.day, rest.month, rest.weekday];
    if (special_time !== undefined && times.some((time) => time !== "*")) problem("has both special_time and times");
    if (rest.backup && cron_file === undefined) problem("is for a cron_file only", ["backup"]);
    if (env && !/^[A-Za-z_][A-Za-z0-9_]*$/.test(rest.name)) problem("is no name of a variable", ["name"]);
    if (!env && (rest.insertafter ?? rest.insertbefore) !== undefined)
      problem("has insertafter or insertbefore without env: true");
    if (rest.insertafter !== undefined && rest.insertbefore !== undefined)
      problem("has both insertafter and insertbefore");
    return { ...rest, job: command ?? "" };
  });

export type CronParams = z.output<typeof cronParams>;
