import * as z from "zod";
import { accountText } from "../accounts/names.js";
import { hostPath } from "../path.js";
import { flag, oneOrMore, text } from "../../values.js";
import { isOptions, keyProblem, parseKey, type PublicKey } from "./line.js";

export const keyParams = z
  .strictObject({
    user: accountText().describe("Whose logins the keys allow."),
    key: oneOrMore(text()).describe(
      'Public keys, each a line; a text may hold several, and empty lines and comments. `file("ada.pub")` reads one of the controller.',
    ),
    state: z
      .enum(["present", "absent"], { error: "must be present or absent" })
      .default("present")
      .describe("Whether these keys are in the file."),
    exclusive: flag()
      .default(false)
      .describe("Nothing but these keys stays in the file. In a loop each round would remove the last one's."),
    key_options: text()
      .refine(isOptions, { error: "must be options with commas between them and no blank outside of quotes" })
      .optional()
      .describe('What sshd is to make of logins with these keys: `no-pty,from="192.0.2.0/24"`. Absent: as key says.'),
    comment: text()
      .refine((given) => !/[\n\r\0]/.test(given), { error: "must be one line" })
      .optional()
      .describe("In place of the keys' own comments."),
    path: hostPath().optional().describe("The file. Absent: `.ssh/authorized_keys` in the user's home."),
    manage_dir: flag()
      .default(true)
      .describe("Make the file's folder where it is missing, and when keys change make it the user's with mode 0700."),
    follow: flag()
      .default(false)
      .describe("When the file is a link of root's, edit what it leads to. Otherwise a file takes the link's place."),
  })
  .transform((given, issues) => {
    const problem = (message: string): void => {
      issues.addIssue({ code: "custom", message, path: ["key"] });
    };
    const keys = linesOf(given.key).map((line) => {
      const found = parseKey(line);
      const fault = found === undefined ? faultOf(line) : keyProblem(found);
      if (fault !== undefined) problem(fault.startsWith("is a URL") ? fault : `${quoted(line)} ${fault}`);
      return found;
    });
    if (keys.length === 0) problem("holds no key; with exclusive nobody could log in any more");
    const { key: _key, key_options: options, comment, ...rest } = given;
    const chosen = { ...(options !== undefined && { options }), ...(comment !== undefined && { comment }) };
    const found = keys.filter((key): key is PublicKey => key !== undefined);
    return { ...rest, key_options: options, comment, keys: found.map((key) => ({ ...key, ...chosen })) };
  });

export type KeyParams = z.output<typeof keyParams>;

function linesOf(texts: readonly string[]): readonly string[] {
  const lines = texts.flatMap((one) => one.split("\n")).map((line) => line.trim());
  return lines.filter((line) => line !== "" && !line.startsWith("#"));
}

function faultOf(line: string): string {
  return /^https?:\/\//.test(line)
    ? "is a URL; get it in a task before (uri with return_content, delegate_to: localhost) and check what came"
    : "is no public key; write it as ssh-keygen does: ssh-ed25519 AAAA… comment";
}

function quoted(line: string): string {
  return JSON.stringify(line.length > 60 ? `${line.slice(0, 40)}…${line.slice(-15)}` : line);
}
