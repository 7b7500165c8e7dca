import * as z from "zod";
import { flag, text } from "../../values.js";
import { attributeParams } from "../attributes.js";
import { validateParam } from "../validate.js";
import { onlyOne, pathNames } from "./names.js";
import { regex } from "./regex.js";

export const lineParams = z
  .strictObject({
    ...pathNames,
    state: z
      .enum(["present", "absent"], { error: "must be present or absent" })
      .default("present")
      .describe("`present`: the line is there once. `absent`: all lines that match are removed."),
    line: text().optional().describe("The line, without its end. Needed with `present`."),
    value: text().optional().describe("The same as line."),
    regexp: regex()
      .optional()
      .describe(
        "Looked for in each line. `present`: the last line that matches becomes `line`; without a match the line is inserted. Write it so that it matches the line in its final form too.",
      ),
    regex: regex().optional().describe("The same as regexp."),
    search_string: text().optional().describe("A text that is looked for in place of regexp."),
    backrefs: flag()
      .default(false)
      .describe("`\\1`, `\\g<1>` or `\\g<name>` in `line` are groups of regexp. Without a match nothing is done."),
    insertafter: regex()
      .optional()
      .describe(
        "Where a new line goes: after the last line that matches, or `EOF` or `BOF`. Absent, or without a match: at the end.",
      ),
    insertbefore: regex()
      .optional()
      .describe("Where a new line goes: before the last line that matches, or `BOF`. Without a match: at the end."),
    firstmatch: flag().default(false).describe("Take the first line that matches in place of the last."),
    create: flag().default(false).describe("Make the file, and its folders, where there is none."),
    backup: flag().default(false).describe("Keep a copy of the old file beside it."),
    ...attributeParams,
    ...validateParam,
  })
  .transform(({ path, dest, destfile, name, line, value, regexp, regex, ...rest }, issues) => {
    const problem = (message: string, at: readonly string[] = []): void => {
      issues.addIssue({ code: "custom", message, path: [...at] });
    };
    const given = {
      ...rest,
      path: onlyOne(issues, { path, dest, destfile, name }, true) ?? "/",
      line: onlyOne(issues, { line, value }, rest.state === "present")?.replace(/\n$/, ""),
      regexp: onlyOne(issues, { regexp, regex }, false),
    };
    const { search_string, insertafter, insertbefore } = given;
    if (given.line?.includes("\n") === true) problem("holds several lines; blockinfile keeps those", ["line"]);
    if (insertafter !== undefined && insertbefore !== undefined) problem("has both insertafter and insertbefore");
    if (given.regexp !== undefined && search_string !== undefined) problem("has both regexp and search_string");
    if (given.backrefs && given.regexp === undefined) problem("needs regexp", ["backrefs"]);
    if (given.state === "absent" && (given.line ?? given.regexp ?? search_string) === undefined) {
      problem("needs line, regexp or search_string");
    }
    return given;
  });

export type LineParams = z.output<typeof lineParams>;
