import { hostError } from "../../../contract/error.js";
import type { SshSession } from "../../../probes/ssh-session.js";
import type { UfwDirection, UfwPolicy, UfwState } from "../../../probes/ufw.js";
import type { UfwRule } from "../../../probes/ufw-rule.js";
import { compiled, familiesOf, type Family, keyOf, show } from "./compile.js";
import { RuleEdit } from "./edit.js";
import type { UfwParams } from "./params.js";
import { ruleForSession } from "./reach.js";
import { wantedRule } from "./rule-params.js";
import { ownComment, setAll } from "./rule-set.js";

/** What there is to do, in this order. */
export interface UfwPlan {
  readonly was: UfwState;
  /** `reset` and `disable` come before all else. */
  readonly first?: "reset" | "disable";
  /** A new level. */
  readonly logging?: string;
  /** Words for `ufw`, one after another. */
  readonly commands: readonly (readonly string[])[];
  readonly policy?: { readonly direction: UfwDirection; readonly to: UfwPolicy };
  /** What lets it run anew comes last. */
  readonly last?: "enable" | "reload";
  readonly after: UfwState;
}

export function ufwPlan(was: UfwState, given: UfwParams, session: SshSession | null): UfwPlan {
  const begun = begin(was, given);
  const logging = levelOf(begun.state, given.logging);
  const edit = new RuleEdit(begun.state);
  if (given.rule !== undefined) oneRule(edit, begun.state, given, given.rule);
  else manyRules(edit, begun.state, given, session);
  const policy = policyOf(begun.state, given);
  const policies =
    policy === undefined ? begun.state.policies : { ...begun.state.policies, [policy.direction]: policy.to };
  const settled = { ...begun.state, ...(logging !== undefined && { logging }), policies, ...edit.rules };
  const on = given.state === "enabled" && !(settled.enabled && settled.running);
  const last = on ? "enable" : given.state === "reloaded" && settled.running ? "reload" : undefined;
  return {
    was,
    ...(begun.first !== undefined && { first: begun.first }),
    ...(logging !== undefined && { logging }),
    commands: edit.commands,
    ...(policy !== undefined && { policy }),
    ...(last !== undefined && { last }),
    after: on ? { ...settled, enabled: true, running: true } : settled,
  };
}

function begin(
  was: UfwState,
  { state }: UfwParams,
): { readonly first?: "reset" | "disable"; readonly state: UfwState } {
  const off = { ...was, enabled: false, running: false };
  if (state === "reset") return { first: "reset", state: { ...off, rules: [], rules6: [] } };
  if (state === "disabled" && (was.enabled || was.running)) return { first: "disable", state: off };
  return { state: was };
}

function levelOf({ logging }: UfwState, wanted: UfwParams["logging"]): string | undefined {
  const level = wanted === "on" ? (logging === "off" ? "low" : logging) : wanted;
  return level === logging ? undefined : level;
}

function policyOf({ policies }: UfwState, given: UfwParams): UfwPlan["policy"] {
  const to = given.default ?? given.policy;
  if (to === undefined) return undefined;
  const { direction = "incoming" } = given;
  const about = direction === "routed" ? "routed" : /^out/.test(direction) ? "outgoing" : "incoming";
  return policies[about] === to ? undefined : { direction: about, to };
}

function oneRule(edit: RuleEdit, state: UfwState, given: UfwParams, action: NonNullable<UfwParams["rule"]>): void {
  const wanted = wantedRule(action, given);
  // Beside a policy the direction may be the policy's alone.
  const place = given.insert;
  for (const family of familiesOf(wanted, state.ipv6)) {
    requireFamily(family, state);
    const rule = compiled(wanted, family);
    const at = edit.find(family, rule);
    const is = edit.list(family)[at];
    if (given.delete) {
      const same = is !== undefined && is.action === rule.action && is.log === rule.log;
      if (same && (given.comment === undefined || given.comment === is.comment)) edit.remove(family, at);
    } else if (is === undefined)
      edit.set(family, rule, place === undefined ? undefined : indexOf(place, family, state, edit));
    else if (is.action !== rule.action || is.log !== rule.log || is.comment !== rule.comment) edit.set(family, rule);
  }
}

/** Places count the rules for IPv4 first. The other family's twin tells the place of a rule that is for both. */
function indexOf(place: number, family: Family, { rules }: UfwState, edit: RuleEdit): number | undefined {
  if (family === 4) return place <= rules.length ? place - 1 : undefined;
  const list = edit.list(6);
  if (place > rules.length) return place - rules.length <= list.length ? place - rules.length - 1 : undefined;
  const there = rules[place - 1];
  const twin =
    there === undefined ? -1 : list.findIndex((rule) => show(rule) === show(there) && rule.way === there.way);
  return twin < 0 ? undefined : twin;
}

function manyRules(edit: RuleEdit, state: UfwState, given: UfwParams, session: SshSession | null): void {
  const own = given.allow_controller && session !== null ? ruleForSession(session) : undefined;
  if (own !== undefined && edit.find(own.family, own.rule) < 0) edit.set(own.family, own.rule, 0);
  if (given.rules === undefined) return;
  const wanted = given.rules.map((entry) => {
    const { comment, ...rule } = wantedRule(entry.rule, entry);
    return { ...rule, comment: ownComment(comment) };
  });
  for (const one of wanted) for (const family of familiesOf(one, state.ipv6)) requireFamily(family, state);
  for (const family of state.ipv6 ? ([4, 6] as const) : ([4] as const)) {
    const compiledRules = wanted
      .filter((one) => familiesOf(one, state.ipv6).includes(family))
      .map((one) => compiled(one, family));
    const first = own?.family === family ? [own.rule] : [];
    setAll(edit, family, [...first, ...onceEach(compiledRules, first)], given.prune);
  }
}

function requireFamily(family: Family, { ipv6 }: UfwState): void {
  if (family === 6 && !ipv6)
    throw hostError("ufw keeps no rules for IPv6 here", {
      remedy: "set IPV6=yes in /etc/default/ufw, or leave the rule out",
    });
}

/** ufw has one rule for one kind of traffic: two that do different things cannot both be there. */
function onceEach(rules: readonly UfwRule[], before: readonly UfwRule[]): readonly UfwRule[] {
  const seen = new Map<string, UfwRule>();
  const taken = new Set(before.map(keyOf));
  for (const rule of rules) {
    const other = seen.get(keyOf(rule));
    if (other !== undefined && (other.action !== rule.action || other.log !== rule.log))
      throw hostError(`two rules are about the same: "${show(other)}" and "${show(rule)}"`, { remedy: "take one out" });
    if (other === undefined && !taken.has(keyOf(rule))) seen.set(keyOf(rule), rule);
  }
  return [...seen.values()];
}
