import { splitWords } from "../run/words.js";
import { text } from "../values.js";

/** A command that checks a candidate before it replaces the file. */
export const validateParam = {
  validate: text()
    .superRefine((command, issues) => {
      const split = splitWords(command);
      const problem =
        "problem" in split
          ? `cannot be split into words: ${split.problem}`
          : split.words.some((word) => word.includes("%s"))
            ? undefined
            : "does not hold %s, where the path of the file to check goes; write it where that belongs";
      if (problem !== undefined) issues.addIssue({ code: "custom", message: problem });
    })
    .optional()
    .describe("A command that checks the new file before it takes the old one's place; `%s` is its path. No shell."),
};

export function validateWords(command: string | undefined): readonly string[] | undefined {
  if (command === undefined) return undefined;
  const split = splitWords(command);
  return "words" in split ? split.words : undefined;
}
