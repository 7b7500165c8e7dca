import { ipRange, network, showRange } from "../../../probes/ip-address.js";
import type { UfwRule } from "../../../probes/ufw-rule.js";
import type { WantedRule } from "./rule-params.js";

export type Family = 4 | 6;

export const ANY = { 4: "0.0.0.0/0", 6: "::/0" } as const;

const ONLY_IPV4 = ["ipv6", "igmp"];

/** For which families ufw keeps the rule. */
export function familiesOf({ fromIp, toIp, proto }: WantedRule, ipv6: boolean): readonly Family[] {
  const named = [fromIp, toIp].flatMap((ip) => ipRange(ip)?.family ?? []);
  if (named[0] !== undefined) return [named[0]];
  return ipv6 && !ONLY_IPV4.includes(proto) ? [4, 6] : [4];
}

/** The rule as ufw will write it. */
export function compiled(wanted: WantedRule, family: Family): UfwRule {
  return {
    route: wanted.route,
    action: wanted.action,
    log: wanted.log ? "log" : "",
    proto: wanted.proto,
    toPort: sortedPorts(wanted.toPort),
    toIp: ip(wanted.toIp, family),
    fromPort: sortedPorts(wanted.fromPort),
    fromIp: ip(wanted.fromIp, family),
    toApp: "",
    fromApp: "",
    way: way(wanted),
    comment: wanted.comment,
  };
}

/** ufw cuts an IPv4 network to its prefix, and leaves an IPv6 one as it is. */
function ip(given: string, family: Family): string {
  const range = ipRange(given);
  if (range === undefined) return ANY[family];
  return showRange(family === 4 ? network(range) : range);
}

function sortedPorts(ports: string): string {
  const first = (port: string): number => Number(port.split(":")[0]);
  return ports
    .split(",")
    .sort((a, b) => first(a) - first(b) || Number(a.split(":")[1] ?? 0) - Number(b.split(":")[1] ?? 0))
    .join(",");
}

function way({ out, deviceIn, deviceOut }: WantedRule): string {
  const parts = [deviceIn === "" ? "" : `in_${deviceIn}`, deviceOut === "" ? "" : `out_${deviceOut}`].filter(Boolean);
  return parts.join("!") || (out ? "out" : "in");
}

/** Rules with the same key are one rule for ufw: there can be only one of them. */
export function keyOf(rule: UfwRule): string {
  const { action: _action, log: _log, comment: _comment, ...key } = rule;
  return JSON.stringify(Object.entries(key).sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** Words for `ufw`, for one family alone. The action of a rule that is deleted must be the one that it has. */
export function words(rule: UfwRule, verb: readonly string[] = []): readonly string[] {
  const [deviceIn, deviceOut] = [/in_([^!]+)/.exec(rule.way)?.[1], /out_([^!]+)/.exec(rule.way)?.[1]];
  const log = rule.log === "" ? [] : [rule.log];
  const on = [
    ...(deviceIn === undefined ? [] : ["in", "on", deviceIn]),
    ...(deviceOut === undefined ? [] : ["out", "on", deviceOut]),
  ];
  // Logging stands behind the interfaces.
  const head = [...(rule.route || on.length > 0 ? on : [rule.way]), ...log];
  const port = (ports: string): readonly string[] => (ports === "any" ? [] : ["port", ports]);
  const app = (name: string, ports: string): readonly string[] => (name === "" ? port(ports) : ["app", name]);
  return [
    ...(rule.route ? ["route"] : []),
    ...verb,
    rule.action,
    ...head,
    ...["from", rule.fromIp, ...app(rule.fromApp, rule.fromPort)],
    ...["to", rule.toIp, ...app(rule.toApp, rule.toPort)],
    ...(rule.toApp === "" && rule.fromApp === "" ? ["proto", rule.proto] : []),
    ...(rule.comment === "" ? [] : ["comment", rule.comment]),
  ];
}

/** One line for a person. */
export function show(rule: UfwRule): string {
  const end = (address: string, ports: string): string =>
    `${/^(0\.0\.0\.0|::)\/0$/.test(address) ? "any" : address}${ports === "any" ? "" : ` port ${ports}`}`;
  const ways = rule.way === "in" ? "" : ` ${rule.way.replaceAll("_", " on ").replace("!", " ")}`;
  const proto = rule.proto === "any" ? "" : ` proto ${rule.proto}`;
  const logs = rule.log === "" ? "" : ` ${rule.log}`;
  const said = rule.comment === "" ? "" : ` # ${rule.comment}`;
  const route = rule.route ? "route " : "";
  return `${route}${rule.action}${ways}${logs} from ${end(rule.fromIp, rule.fromPort)} to ${end(rule.toIp, rule.toPort)}${proto}${said}`;
}
