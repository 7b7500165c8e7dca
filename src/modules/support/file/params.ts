import * as z from "zod";
import { flag, text } from "../../values.js";
import { attributeParams } from "../attributes.js";
import { hostPath, oneOf } from "../path.js";

const time = () => z.enum(["preserve", "now"], { error: "must be preserve or now" });

export const fileParams = z
  .strictObject({
    path: hostPath().optional().describe("The path on the host."),
    dest: hostPath().optional().describe("The same as path."),
    name: hostPath().optional().describe("The same as path."),
    state: z
      .enum(["absent", "directory", "file", "hard", "link", "touch"], {
        error: "must be absent, directory, file, hard, link or touch",
      })
      .optional()
      .describe(
        "`directory`: made with the folders above it. `file`: must be there, only attributes change. `link`, `hard`: to `src`. `touch`: an empty file is made, times are set. `absent`: removed with all that is below. Absent: what is there keeps its kind.",
      ),
    src: text().optional().describe("What a link leads to: absolute, or relative to the link's folder."),
    recurse: flag().default(false).describe("Give everything below the folder the attributes too."),
    force: flag()
      .default(false)
      .describe("For links: make them although src does not exist, and replace a file or an empty folder."),
    follow: flag().default(true).describe("Where path is a symbolic link, attributes are those of what it leads to."),
    ...attributeParams,
    modification_time: time().optional().describe("Absent: now with `touch`, else preserve."),
    access_time: time().optional().describe("Absent: now with `touch`, else preserve."),
  })
  .transform(({ path, dest, name, ...rest }, issues) => {
    const found = oneOf({ path, dest, name });
    const problem = (message: string, at: string[] = []): void => {
      issues.addIssue({ code: "custom", message, path: at });
    };
    if ("problem" in found) problem(found.problem);
    const state = rest.state ?? (rest.recurse ? "directory" : undefined);
    if (rest.recurse && state !== "directory") problem("needs state: directory", ["recurse"]);
    if (rest.src !== undefined && state !== "link" && state !== "hard") problem("needs state: link or hard", ["src"]);
    if ((state === "link" || state === "hard") && rest.src === undefined) problem(`needs src with state: ${state}`);
    if (state === "absent" && "value" in found && found.value === "/") problem("/ cannot be removed", ["path"]);
    return { ...rest, state, path: "value" in found ? found.value : "/" };
  });

export type FileParams = z.output<typeof fileParams>;
