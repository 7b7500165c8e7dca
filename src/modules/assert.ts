import * as z from "zod";
import type { Evaluated, TaskResult } from "../contract/module.js";
import { defineModule } from "../contract/module.js";
import { evaluated, flag, oneOrMore, text } from "./values.js";

const params = z.strictObject({
  that: oneOrMore(evaluated()).describe("JavaScript expressions that must all be true."),
  fail_msg: text().optional().describe("What to say when one is false. Absent: `assertion failed`."),
  msg: text().optional().describe("The same as `fail_msg`."),
  success_msg: text().optional().describe("What to say when all are true. Absent: `All assertions passed`."),
  quiet: flag().default(false).describe("Show nothing when all are true."),
});

type Params = z.output<typeof params>;

export const assert = defineModule<Params, null>({
  name: "assert",
  summary: "Fail unless conditions hold",
  description: "Touches no host. The message names the first expression that is false.",
  class: "control",
  params,
  expressions: ["that"],
  returns: {
    msg: "The message.",
    assertion: "The expression that was false. Absent when all were true.",
    evaluated_to: "`false`, with `assertion`.",
  },
  examples: [
    {
      name: "Check a variable",
      yaml: "- name: the name is not empty\n  assert:\n    that: inventory_hostname.length > 0\n    fail_msg: the host has no name",
    },
    {
      name: "Several conditions",
      yaml: "- name: names are sane\n  assert:\n    that:\n      - inventory_hostname !== ''\n      - inventory_hostname.length < 64\n    quiet: true",
    },
  ],
  observe: () => Promise.resolve(null),
  diff: () => [],
  result: (_outputs, given) => {
    const wrong = given.that.find(({ value }) => value !== true);
    if (wrong !== undefined) return failure(wrong, given);
    const msg = given.success_msg ?? "All assertions passed";
    return { changed: false, msg, ...(given.quiet ? {} : { message: msg }) };
  },
});

function failure({ expression, value }: Evaluated, given: Params): TaskResult {
  const said = given.fail_msg ?? given.msg ?? "assertion failed";
  const fault =
    value === false ? `\`${expression}\` is false` : `\`${expression}\` gives ${jsonOf(value)}, not true or false`;
  return { failed: true, msg: `${said}: ${fault}`, assertion: expression, evaluated_to: value };
}

/** JSON, or "undefined", which JSON does not have. */
function jsonOf(value: unknown): string {
  return value === undefined ? "undefined" : JSON.stringify(value);
}
