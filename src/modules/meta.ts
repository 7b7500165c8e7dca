import * as z from "zod";
import { defineModule } from "../contract/module.js";

const actions = [
  ...["flush_handlers", "noop", "end_host", "end_play", "end_batch", "clear_facts", "clear_host_errors"],
  ...["refresh_inventory", "reset_connection"],
] as const;

const params = z.strictObject({
  free_form: z.enum(actions, { error: `must be one of ${actions.join(", ")}` }).describe("What to do: see above."),
});

export const meta = defineModule<z.output<typeof params>, null>({
  name: "meta",
  summary: "Steer the run itself",
  description: [
    "- `flush_handlers`: run the handlers that are notified so far, now.",
    "- `noop`: nothing.",
    "- `end_host`: this host is done with the play, without a failure.",
    "- `end_play`: all hosts are done with the play when they get here, without a failure.",
    "- `end_batch`: the same for the hosts that `serial` takes at a time; the next ones go on.",
    "- `clear_facts`: forget the facts; they are read again when used.",
    "- `clear_host_errors`: hosts that have failed or could not be reached take part in the plays behind this one.",
    "- `refresh_inventory`: read the sources of the inventory again; what `add_host` and `group_by` added stays.",
    "- `reset_connection`: log in again (after a change of the user's groups, for example).",
    "",
    "The `when` of `end_play`, `end_batch`, `clear_host_errors` and `refresh_inventory` is asked of one host, for all.",
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
