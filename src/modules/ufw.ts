import { defineModule, type ChangeOutputs, type TaskResult } from "../contract/module.js";
import { succeeded } from "../contract/step.js";
import { ENABLE, RELOAD, ufwChanges } from "./support/ufw/changes.js";
import { show } from "./support/ufw/compile.js";
import { observeUfw, type UfwSeen } from "./support/ufw/observe.js";
import { type UfwParams, ufwParams } from "./support/ufw/params.js";
import { UNDO_SECONDS } from "./support/ufw/undo.js";

export const ufwModule = defineModule<UfwParams, UfwSeen>({
  name: "ufw",
  summary: "Manage the firewall with ufw",
  description: [
    "Whatever is asked for in one task, it is done in this order: reset or disable, logging, rules, policy, and last enable",
    "or reload. A policy that is so already is not set again, which would empty the chains for a moment.",
    "",
    "**It does not cut itself off.** A task is refused when ufw, as it would run afterwards, would not let in a new SSH",
    "connection like the one of this session: its address, the port that it came by, whatever that is. Before ufw is enabled",
    `or reloaded, the host is told to disable it again ${UNDO_SECONDS} seconds later; only a new login, made through the firewall,`,
    "takes that back. So what ufw's own rules do not show (`before.rules`, a firewall in front) is undone by itself.",
    "",
    "`rules` is a list in which order counts, with one task for all. What it makes has a comment that begins with `fettle:`,",
    "and `prune: true` removes such rules that it does not have; rules that others made are never removed. A rule of somebody",
    "else's that says the same is left as it is.",
    "",
    "A new rule for any address is two: one for IPv4, one for IPv6, unless `/etc/default/ufw` says `IPV6=no`.",
    "Profiles (`name`) and names of services are not supported.",
  ].join("\n"),
  class: "state",
  params: ufwParams,
  returns: { msg: "What is so now, or why it failed.", rules: "The rules of both families, one text each." },
  examples: [
    {
      name: "A whole firewall, in one task",
      yaml: '- name: firewall\n  ufw:\n    rules:\n      - { to_port: 22, proto: tcp, from_ip: 192.0.2.0/24, comment: operators }\n      - { to_port: "80,443", proto: tcp, comment: web }\n    allow_controller: true\n    prune: true\n    default: deny\n    state: enabled',
    },
    {
      name: "One rule",
      yaml: "- name: the database is for the app servers\n  ufw:\n    rule: allow\n    proto: tcp\n    from_ip: 192.0.2.31\n    to_port: 3306\n    comment: app1",
    },
    { name: "A policy", yaml: "- name: nothing is passed on\n  ufw:\n    default: deny\n    direction: routed" },
    { name: "A rule less", yaml: "- name: no telnet\n  ufw:\n    rule: allow\n    to_port: 23\n    delete: true" },
  ],
  observe: observeUfw,
  diff: ({ plan, session }) => ufwChanges(plan, session !== null),
  actsAlways: ({ state }) => state === "reloaded" || state === "reset",
  mayTouch: () => [{ kind: "disturbs", subject: "firewall:ufw" }],
  result: (outputs, _given, seen) => ufwResult(outputs, seen),
});

function ufwResult(outputs: readonly ChangeOutputs[] | undefined, { plan, session }: UfwSeen): TaskResult {
  const { rules, rules6, running } = plan.after;
  const about = { rules: [...rules, ...rules6].map(show) };
  const login = loginOf(
    outputs,
    plan.last === "enable" ? ENABLE : RELOAD,
    ufwChanges(plan, session !== null).map(({ summary }) => summary),
  );
  if (login === undefined) return { ...about, msg: running ? "ufw is active" : "ufw is inactive" };
  const allow = session === null ? "" : `; see that ${session.client} is let in to port ${session.port}`;
  return {
    ...about,
    failed: true,
    msg: `a new login through the firewall did not work, so the host disables ufw again within ${UNDO_SECONDS} s: ${login}${allow}`,
  };
}

/** Why the new login did not work. Undefined: it did, or there was none. */
function loginOf(
  outputs: readonly ChangeOutputs[] | undefined,
  name: string,
  summaries: readonly string[],
): string | undefined {
  const login = outputs?.[summaries.indexOf(name)]?.[1];
  if (login === undefined || succeeded(login) || login.outcome.kind !== "exited") return undefined;
  return login.stderr.bytes.toString();
}
