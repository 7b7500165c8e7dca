import * as z from "zod";
import { defineModule } from "../contract/module.js";
import { evaluated, number } from "./values.js";

const params = z
  .strictObject({
    msg: z.unknown().optional().describe("What to show: text, or any value. Absent (and no `var`): `Hello world!`."),
    var: evaluated().optional().describe("A JavaScript expression, usually a variable's name: shown with its value."),
    verbosity: number().default(0).describe("Show it only with so many `-v`."),
  })
  .refine((given) => given.msg === undefined || given.var === undefined, { error: "needs msg or var, not both" });

type Params = z.output<typeof params>;

export const debug = defineModule<Params, null>({
  name: "debug",
  summary: "Show a text or a variable",
  description: "Touches no host. `var` is a bare expression; in `msg` write templates.",
  class: "control",
  params,
  expressions: ["var"],
  returns: { msg: "What was shown. With `var`, the value is under the expression's own text instead." },
  examples: [
    { name: "A text", yaml: "- name: say it\n  debug:\n    msg: <%= inventory_hostname %> is next" },
    { name: "A variable", yaml: "- name: what is it\n  debug:\n    var: inventory_hostname" },
  ],
  observe: () => Promise.resolve(null),
  diff: () => [],
  result: (_outputs, given) => {
    const [key, value] = given.var ? [given.var.expression, given.var.value] : ["msg", given.msg ?? "Hello world!"];
    const message = given.var ? `${key}: ${shown(value)}` : shown(value);
    return { changed: false, [key]: value, message, ...(given.verbosity > 0 ? { verbosity: given.verbosity } : {}) };
  },
});

/** Text as it is, anything else as JSON that a person can read. */
function shown(value: unknown): string {
  if (typeof value === "string") return value;
  return value === undefined ? "undefined" : JSON.stringify(value, null, 2);
}
