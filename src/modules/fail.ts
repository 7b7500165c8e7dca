import * as z from "zod";
import { defineModule } from "../contract/module.js";
import { text } from "./values.js";

const params = z.strictObject({
  msg: text().default("Failed as requested from task").describe("Why it fails."),
});

export const fail = defineModule<z.output<typeof params>, null>({
  name: "fail",
  summary: "Fail with a message",
  description: "Touches no host; usually under a `when`.",
  class: "control",
  params,
  returns: { msg: "The message." },
  examples: [
    {
      name: "Refuse a host",
      yaml: "- name: never on the old one\n  fail:\n    msg: legacy1 must not be touched\n  when: inventory_hostname === 'legacy1'",
    },
    {
      name: "Look at the failure afterwards",
      yaml: "- name: try it\n  fail:\n    msg: only a try\n  ignore_errors: true\n  register: tried",
    },
  ],
  observe: () => Promise.resolve(null),
  diff: () => [],
  result: (_outputs, given) => ({ failed: true, msg: given.msg }),
});
