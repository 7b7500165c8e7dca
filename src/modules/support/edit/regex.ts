import { compileRegex } from "../../../contract/python-regex.js";
import { text } from "../../values.js";

/** A regular expression as JavaScript knows it; what Ansible's playbooks write differently in Python is understood too. */
export const regex = () =>
  text().superRefine((source, issues) => {
    try {
      compileRegex(source);
    } catch (error) {
      issues.addIssue({ code: "custom", message: problem(source, error as Error) });
    }
  });

function problem(source: string, error: Error): string {
  const why = error.message.replace(/^Invalid regular expression: /, "");
  return `is no regular expression: ${why.includes(source) ? why : `${source}: ${why}`}; a bracket that is text is written \\(`;
}
