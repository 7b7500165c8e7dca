import * as z from "zod";
import { flag, text } from "../../values.js";
import { attributeParams } from "../attributes.js";
import { validateParam } from "../validate.js";
import { onlyOne, pathNames } from "./names.js";
import { regex } from "./regex.js";

export const replaceParams = z
  .strictObject({
    ...pathNames,
    regexp: regex().describe(
      "Looked for in the whole text; `^` and `$` are those of lines. All that matches is replaced.",
    ),
    replace: text()
      .default("")
      .describe("What takes its place; `\\1`, `\\g<1>` and `\\g<name>` are groups of regexp. Absent: nothing."),
    after: regex()
      .optional()
      .describe(
        "Only what comes after the first match of this is looked at. `.` matches line ends, and `^` the text's beginning.",
      ),
    before: regex()
      .optional()
      .describe("Only what comes before the first match of this is looked at; of after's, behind it."),
    encoding: z
      .enum(["utf-8", "utf8", "UTF-8"], { error: "must be utf-8; bytes that are not stay as they are" })
      .default("utf-8")
      .describe("Of the file."),
    backup: flag().default(false).describe("Keep a copy of the old file beside it."),
    ...attributeParams,
    ...validateParam,
  })
  .transform(({ path, dest, destfile, name, ...rest }, issues) => ({
    ...rest,
    path: onlyOne(issues, { path, dest, destfile, name }, true) ?? "/",
  }));

export type ReplaceParams = z.output<typeof replaceParams>;
