import * as z from "zod";
import { defineModule } from "../contract/module.js";
import { apt, type AptState } from "./apt.js";
import { type AptParams, aptParams, bringsParam, namesText, stateParam } from "./support/apt/params.js";
import { requests } from "./support/apt/request.js";
import { aptResult, aptReturns } from "./support/apt/result.js";

const params = z.strictObject({
  name: requests().describe(namesText),
  state: stateParam(),
  use: z
    .enum(["auto", "apt"], { error: "must be auto or apt: other package managers are not supported" })
    .default("auto")
    .describe("The package manager. `auto`: the host's own, which must be apt."),
  brings: bringsParam(),
});

type Params = z.output<typeof params>;

const standard = aptParams.parse({ upgrade: "safe" });

function asApt({ name, state, brings }: Params): AptParams {
  return { ...standard, upgrade: null, name, state, brings };
}

export const packageModule = defineModule<Params, AptState>({
  name: "package",
  summary: "Install, upgrade and remove packages by the host's package manager",
  description: "The same as `apt`, without what only apt has. A host without apt is an error.",
  class: "state",
  params,
  returns: aptReturns,
  waves: 2,
  examples: [
    { name: "A package", yaml: "- name: rsync is there\n  package:\n    name: rsync\n    state: present" },
    { name: "No package", yaml: "- name: no telnet\n  package:\n    name: telnetd\n    state: absent" },
  ],
  observe: (read, given, local) => apt.observe(read, asApt(given), local),
  diff: (state, given) => apt.diff(state, asApt(given)),
  mayTouch: (given) => apt.mayTouch?.(asApt(given)) ?? [],
  result: (outputs, given) => aptResult(outputs, asApt(given)),
});
