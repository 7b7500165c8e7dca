import * as z from "zod";
import { flag, text } from "../../values.js";
import { hostPath, oneOf } from "../path.js";
import { accountField, accountNumber, accountText, isName } from "./names.js";

/** `a,b`, a list, or nothing at all: in no group. */
const groupList = () =>
  z
    .union([z.array(text()), text().transform((words) => words.split(","))], { error: "must be a list of groups" })
    .transform((names) => [...new Set(names.map((name) => name.trim()).filter((name) => name !== ""))])
    .refine((names) => names.every(isName), { error: "must be names or numbers of groups" });

/** A hash as crypt(3) makes it, or a mark that no password fits. */
const HASH = /^!{0,2}(\*|\$[\w,=-]+\$[^\s:]+|_?[./0-9A-Za-z]{13,}|)$/;

const password = () =>
  text().refine((given) => given !== "" && HASH.test(given), {
    error: "must be a hash, never the password itself; make one with `openssl passwd -6`, or write '*' for none",
  });

/** Seconds since 1970, as Ansible wants them; negative: never. Comes out as days, null for never. */
const expires = () =>
  z
    .union(
      [
        z.number(),
        z
          .string()
          .regex(/^-?\d+(\.\d+)?$/)
          .transform(Number),
      ],
      {
        error: "must be seconds since 1970, or -1 for never",
      },
    )
    .transform((seconds) => (seconds < 0 ? null : Math.floor(seconds / 86_400)));

export const userParams = z
  .strictObject({
    name: accountText().optional().describe("Name of the user."),
    user: accountText().optional().describe("The same as name."),
    state: z
      .enum(["present", "absent"], { error: "must be present or absent" })
      .default("present")
      .describe("Whether the user shall be there."),
    uid: accountNumber().optional().describe("Number. Absent: as it is; a new user gets the next free one."),
    non_unique: flag().default(false).describe("Let uid be one that another user has. Needs uid."),
    group: accountText()
      .optional()
      .describe("Primary group, name or number. Absent: as it is; a new user gets one of the same name."),
    groups: groupList()
      .optional()
      .describe("The other groups, exactly these unless append; an empty list: none. Absent: as they are."),
    append: flag().default(false).describe("Stay in groups that are not listed."),
    comment: accountField().optional().describe("The person's name, or what the account is for."),
    home: hostPath().optional().describe("Home folder. Absent: as it is; a new user gets the host's usual one."),
    create_home: flag()
      .optional()
      .describe("Make the home when it is not there, also for a user who is. Absent: true."),
    createhome: flag().optional().describe("The same as create_home."),
    move_home: flag().default(false).describe("Move what is in the old home when home changes."),
    skeleton: hostPath().optional().describe("Folder whose content a new home gets. Absent: /etc/skel."),
    shell: accountField()
      .optional()
      .describe("Login shell, an absolute path. Absent: as it is; a new user gets the host's usual one."),
    system: flag().default(false).describe("A new user gets a number from the range of system users."),
    password: password()
      .optional()
      .describe("Hash of the password. Absent: as it is; a new user has none and cannot log in with one."),
    update_password: z
      .enum(["always", "on_create"], { error: "must be always or on_create" })
      .default("always")
      .describe("`on_create`: only a new user gets the password."),
    password_lock: flag()
      .optional()
      .describe("Lock the password, or unlock it. Absent: as it is. A key still lets the user in."),
    expires: expires()
      .optional()
      .describe("When the account is closed: seconds since 1970; -1: never. Absent: as it is."),
    remove: flag().default(false).describe("With `absent`: remove the home and the mail, too."),
    force: flag().default(false).describe("With `absent`: remove a user who is logged in, and files that are not his."),
    generate_ssh_key: flag()
      .default(false)
      .refine((given) => !given, { error: "is not supported yet; use command: ssh-keygen with creates" })
      .describe("Not supported yet."),
    local: flag().default(false).describe("For Ansible's sake; users are always made in the host's own files."),
  })
  .transform(({ name, user, create_home, createhome, ...rest }, issues) => {
    const problem = (message: string, at: string[] = []): void => {
      issues.addIssue({ code: "custom", message, path: at });
    };
    const named = oneOf({ name, user });
    if ("problem" in named) problem(named.problem);
    if (create_home !== undefined && createhome !== undefined) problem("has both create_home and createhome");
    if (rest.non_unique && rest.uid === undefined) problem("needs uid", ["non_unique"]);
    if (rest.append && rest.groups === undefined) problem("needs groups", ["append"]);
    if (rest.remove && rest.state === "present") problem("needs state: absent", ["remove"]);
    if (rest.force && rest.state === "present") problem("needs state: absent", ["force"]);
    return { ...rest, name: "value" in named ? named.value : "", create_home: create_home ?? createhome ?? true };
  });

export type UserParams = z.output<typeof userParams>;
