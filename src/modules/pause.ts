import * as z from "zod";
import { defineModule } from "../contract/module.js";
import { flag, number, text } from "./values.js";

const params = z
  .strictObject({
    seconds: number().optional().describe("How long to wait."),
    minutes: number().optional().describe("How long to wait, in minutes. Added to `seconds`."),
    prompt: text().optional().describe("A text to show meanwhile. Waiting for Enter is not supported."),
    echo: flag().default(true).describe("Accepted for Ansible's sake: there is no input to echo."),
  })
  .refine((given) => given.seconds !== undefined || given.minutes !== undefined, {
    error: "needs seconds or minutes: waiting for Enter is not supported; use `fettle plan` to look before an apply",
  });

type Params = z.output<typeof params>;

const secondsOf = (given: Params): number => (given.seconds ?? 0) + (given.minutes ?? 0) * 60;

export const pause = defineModule<Params, null>({
  name: "pause",
  summary: "Wait for some time",
  description: "Waits on the controller, for each host on its own; other hosts go on. To wait for a thing, `wait_for`.",
  class: "control",
  params,
  returns: { delta: "Seconds that were waited.", stdout: "The same as a sentence." },
  examples: [
    { name: "Seconds", yaml: "- name: let it settle\n  pause:\n    seconds: 5" },
    {
      name: "Minutes",
      yaml: "- name: let caches expire\n  pause:\n    minutes: 2\n    prompt: waiting for the caches",
    },
  ],
  observe: () => Promise.resolve(null),
  diff: (_state, given) => {
    const seconds = secondsOf(given);
    if (seconds === 0) return [];
    return [
      { summary: `wait ${seconds} s`, effects: [{ kind: "waited" }], steps: [{ do: "sleep", ms: seconds * 1000 }] },
    ];
  },
  result: (_outputs, given) => ({
    changed: false,
    rc: 0,
    delta: secondsOf(given),
    stdout: `Paused for ${secondsOf(given)} seconds`,
    ...(given.prompt === undefined ? {} : { message: given.prompt }),
  }),
});
