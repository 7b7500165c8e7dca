import { covers, ipRange, type IpRange } from "../../../probes/ip-address.js";
import type { SshSession } from "../../../probes/ssh-session.js";
import type { UfwState } from "../../../probes/ufw.js";
import type { UfwRule } from "../../../probes/ufw-rule.js";
import { ANY } from "./compile.js";

/**
 * Whether ufw, as it would run with this state, lets in a new SSH connection like the one of the session, or what keeps
 * it out. A rule that may or may not match (it names a source port, or an interface where the session's is not known)
 * counts only when it keeps out.
 */
export function keepsOut(state: UfwState, session: SshSession): UfwRule | "policy" | undefined {
  const client = ipRange(session.client);
  const server = ipRange(session.server);
  if (client === undefined || server === undefined) return undefined;
  // Without rules for IPv6, ufw lets in nothing of it.
  if (client.family === 6 && !state.ipv6) return "policy";
  for (const rule of client.family === 4 ? state.rules : state.rules6) {
    const match = matchOf(rule, session, client, server);
    const lets = rule.action === "allow" || rule.action === "limit";
    if (match === "yes" && lets) return undefined;
    if (match !== "no" && !lets) return rule;
  }
  return state.policies.incoming === "allow" ? undefined : "policy";
}

function matchOf(rule: UfwRule, session: SshSession, client: IpRange, server: IpRange): "yes" | "no" | "maybe" {
  const [, device] = /^in_([^!]+)$/.exec(rule.way) ?? [];
  if (rule.route || (rule.way !== "in" && device === undefined)) return "no";
  if (rule.proto !== "any" && rule.proto !== "tcp") return "no";
  if (!hasPort(rule.toPort, session.port)) return "no";
  const [from, to] = [ipRange(rule.fromIp), ipRange(rule.toIp)];
  if (from === undefined || !covers(from, client) || to === undefined || !covers(to, server)) return "no";
  if (device !== undefined && session.device !== "" && !isDevice(device, session.device)) return "no";
  return (device !== undefined && session.device === "") || rule.fromPort !== "any" ? "maybe" : "yes";
}

function hasPort(ports: string, port: number): boolean {
  if (ports === "any") return true;
  return ports.split(",").some((part) => {
    const [first = 0, last = first] = part.split(":").map(Number);
    return first <= port && port <= last;
  });
}

/** A trailing `+` is any ending. */
function isDevice(pattern: string, name: string): boolean {
  return pattern.endsWith("+") ? name.startsWith(pattern.slice(0, -1)) : pattern === name;
}

/** The rule that lets the session's like in, and nothing else. Undefined: the address is of no family. */
export function ruleForSession({
  client,
  port,
}: SshSession): { readonly family: 4 | 6; readonly rule: UfwRule } | undefined {
  const family = ipRange(client)?.family;
  if (family === undefined) return undefined;
  const rule: UfwRule = {
    route: false,
    action: "allow",
    log: "",
    proto: "tcp",
    toPort: String(port),
    toIp: ANY[family],
    fromPort: "any",
    fromIp: ipRange(client)?.address ?? client,
    toApp: "",
    fromApp: "",
    way: "in",
    comment: "fettle: controller",
  };
  return { family, rule };
}
