import { becomes, type Change, disturbs, type Effect } from "../../../contract/change.js";
import type { Step } from "../../../contract/step.js";
import { ufw, type UfwState } from "../../../probes/ufw.js";
import { show } from "./compile.js";
import type { UfwPlan } from "./plan.js";
import { guardedStep, keepStep, LOGIN_MS } from "./undo.js";

export const ENABLE = "enable ufw";
export const RELOAD = "reload ufw";

/** Each change says what there is after all of them before it. `guarded`: somebody came by SSH who must not be kept out. */
export function ufwChanges(plan: UfwPlan, guarded: boolean): readonly Change[] {
  const { was, after, first, logging, policy, last } = plan;
  const changes: Change[] = [];
  let state = was;
  const add = (summary: string, next: UfwState, steps: readonly Step[], more: Partial<Change> = {}): void => {
    const effects: readonly Effect[] = [becomes(ufw(null), next), ...(more.effects ?? [])];
    changes.push({ summary, title: "ufw", ...sides(state, next), ...more, effects, steps });
    state = next;
  };
  if (first !== undefined) {
    const off = { ...was, enabled: false, running: false, ...(first === "reset" && { rules: [], rules6: [] }) };
    const effects = first === "reset" ? [disturbs("file:/etc/ufw/**")] : [];
    add(`${first} ufw`, off, [run(["--force", first])], { effects });
  }
  if (logging !== undefined) add(`log ${logging} of ufw`, { ...state, logging }, [run(["logging", logging])]);
  const { rules, rules6 } = after;
  if (plan.commands.length > 0) add("set rules of ufw", { ...state, rules, rules6 }, plan.commands.map(run));
  if (policy !== undefined) {
    const { direction, to } = policy;
    const effects = [disturbs("file:/etc/ufw/after.rules"), disturbs("file:/etc/ufw/after6.rules")];
    add(`${to} ${direction} by default`, { ...state, policies: after.policies }, [run(["default", to, direction])], {
      effects,
    });
  }
  if (last === "enable") add(ENABLE, after, anew("enable", guarded), { effects: [disturbs("kernel:setting/net/**")] });
  if (last === "reload") add(RELOAD, after, anew("reload", guarded), { before: "", after: "" });
  return changes;
}

function run(words: readonly string[]): Step {
  return { do: "exec", argv: ["ufw", ...words] };
}

/** Only a new login shows that people can still come in. */
function anew(verb: "enable" | "reload", guarded: boolean): readonly Step[] {
  const words = verb === "enable" ? ["--force", "enable"] : ["reload"];
  return guarded ? [guardedStep(words), { do: "login", timeoutMs: LOGIN_MS }, keepStep()] : [run(words)];
}

function sides(before: UfwState, after: UfwState): Pick<Change, "before" | "after"> {
  return { before: text(before), after: text(after) };
}

function text(state: UfwState): string {
  const { incoming, outgoing, routed } = state.policies;
  const lines = [
    `${state.running ? "active" : "inactive"}, at boot ${state.enabled ? "on" : "off"}`,
    `default: ${incoming} incoming, ${outgoing} outgoing, ${routed} routed`,
    `logging: ${state.logging}`,
    ...state.rules.map(show),
    ...state.rules6.map((rule) => `${show(rule)} (v6)`),
  ];
  return `${lines.join("\n")}\n`;
}
