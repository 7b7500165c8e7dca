import * as z from "zod";
import { flag, text } from "../../values.js";
import { attributeParams } from "../attributes.js";
import { validateParam } from "../validate.js";
import { onlyOne, pathNames } from "./names.js";
import { regex } from "./regex.js";

export const blockParams = z
  .strictObject({
    ...pathNames,
    state: z
      .enum(["present", "absent"], { error: "must be present or absent" })
      .default("present")
      .describe("`absent`: the block and its markers are removed."),
    block: text().optional().describe("The lines. Empty or absent: the block is removed."),
    content: text().optional().describe("The same as block."),
    marker: text()
      .default("# {mark} ANSIBLE MANAGED BLOCK")
      .describe(
        "The lines around the block; `{mark}` becomes marker_begin and marker_end. Each block of a file needs its own.",
      ),
    marker_begin: text().default("BEGIN").describe("What `{mark}` becomes in the line above."),
    marker_end: text().default("END").describe("What `{mark}` becomes in the line below."),
    insertafter: regex()
      .optional()
      .describe(
        "Where a new block goes: after the last line that matches, or `EOF`. Absent, or without a match: at the end.",
      ),
    insertbefore: regex()
      .optional()
      .describe("Where a new block goes: before the last line that matches, or `BOF`. Without a match: at the end."),
    append_newline: flag().default(false).describe("An empty line after the block, unless the file ends there."),
    prepend_newline: flag().default(false).describe("An empty line before the block, unless the file begins there."),
    create: flag().default(false).describe("Make the file, and its folders, where there is none."),
    backup: flag().default(false).describe("Keep a copy of the old file beside it."),
    ...attributeParams,
    ...validateParam,
  })
  .transform(({ path, dest, destfile, name, block, content, ...rest }, issues) => {
    const problem = (message: string, at: readonly string[] = []): void => {
      issues.addIssue({ code: "custom", message, path: [...at] });
    };
    const { marker, marker_begin, marker_end, insertafter, insertbefore } = rest;
    if (!marker.includes("{mark}")) problem("does not hold {mark}, which tells the two lines apart", ["marker"]);
    if (marker_begin === marker_end)
      problem("is the same as marker_end; they tell the two lines apart", ["marker_begin"]);
    if (`${marker}${marker_begin}${marker_end}`.includes("\n")) problem("must be one line", ["marker"]);
    if (insertafter !== undefined && insertbefore !== undefined) problem("has both insertafter and insertbefore");
    return {
      ...rest,
      path: onlyOne(issues, { path, dest, destfile, name }, true) ?? "/",
      block: onlyOne(issues, { block, content }, false) ?? "",
    };
  });

export type BlockParams = z.output<typeof blockParams>;
