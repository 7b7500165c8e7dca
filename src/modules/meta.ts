import * as z from "zod";
import { defineModule } from "../contract/module.js";

const actions = ["flush_handlers", "noop", "end_host", "end_play", "clear_facts", "reset_connection"] as const;

const params = z.strictObject({
  free_form: z
    .enum(actions, { error: `must be one of ${actions.join(", ")}` })
    .describe(
      "What to do: run the notified handlers now, nothing, end this host, end the play, forget facts, log in anew.",
    ),
});

export const meta = defineModule<z.output<typeof params>, null>({
  name: "meta",
  summary: "Steer the run itself",
  description: [
    "- `flush_handlers`: run the handlers that are notified so far, now.",
    "- `noop`: nothing.",
    "- `end_host`: this host is done with the play, without a failure.",
    "- `end_play`: the same as `end_host` for now: every host that gets here is done with the play; others go on.",
    "- `clear_facts`: forget the facts; they are read again when used.",
    "- `reset_connection`: log in again (after a change of the user's groups, for example).",
  ].join("\n"),
  class: "control",
  freeForm: "free_form",
  params,
  examples: [
    { name: "Restart now what is to be restarted", yaml: "- name: handlers now\n  meta: flush_handlers" },
    { name: "Leave a host out", yaml: "- name: not here\n  meta: end_host\n  when: inventory_hostname === 'legacy1'" },
  ],
  observe: () => Promise.resolve(null),
  diff: () => [],
});
