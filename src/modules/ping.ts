import * as z from "zod";
import { hostError } from "../contract/error.js";
import { defineModule } from "../contract/module.js";
import { alive } from "../probes/alive.js";
import { text } from "./values.js";

const params = z.strictObject({
  data: text().default("pong").describe("What to answer. `crash` makes the task fail."),
});

export const ping = defineModule<z.output<typeof params>, null>({
  name: "ping",
  summary: "Log in and see that the shell answers",
  description: "Proves the login, `become` and the shell. It has nothing to do with ICMP.",
  class: "read",
  params,
  returns: { ping: "The value of `data`." },
  examples: [
    { name: "Is it there", yaml: "- name: is it there\n  ping:" },
    { name: "With an answer of one's own", yaml: "- name: say hello\n  ping:\n    data: hello" },
  ],
  observe: async (read, given) => {
    if (given.data === "crash") throw hostError("asked to crash", { remedy: "leave out `data: crash`" });
    await read(alive(null));
    return null;
  },
  diff: () => [],
  result: (_outputs, given) => ({ changed: false, ping: given.data }),
});
