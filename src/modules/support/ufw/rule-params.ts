import * as z from "zod";
import { ipRange } from "../../../probes/ip-address.js";
import { flag, text } from "../../values.js";

const ACTIONS = ["allow", "deny", "reject", "limit"] as const;
const PROTOCOLS = ["any", "tcp", "udp", "ipv6", "esp", "ah", "gre", "igmp", "vrrp"] as const;

export const actionParam = () => z.enum(ACTIONS, { error: `must be one of ${ACTIONS.join(", ")}` });

const address = () =>
  text()
    .transform((given) => given.trim().toLowerCase())
    .refine((given) => given === "any" || ipRange(given) !== undefined, {
      error:
        "must be an address, a network or any; write 192.0.2.7, 192.0.2.0/24, 2001:db8::/32 or any: ufw knows no names",
    });

const port = (given: string): boolean => /^\d{1,5}$/.test(given) && Number(given) >= 1 && Number(given) <= 65_535;

const ports = () =>
  text()
    .transform((given) => given.replaceAll(" ", ""))
    .refine((given) => given === "any" || given.split(",").every(isPortOrRange), {
      error:
        "must be a port, a range or a list of them; write 22, 60000:61000 or 80,443: names of services are not supported",
    });

function isPortOrRange(given: string): boolean {
  const [first = "", last, ...more] = given.split(":");
  if (last === undefined) return port(first);
  return more.length === 0 && port(first) && port(last) && Number(first) < Number(last);
}

const device = () =>
  text().refine((name) => /^[A-Za-z0-9][A-Za-z0-9._@-]{0,14}\+?$/.test(name), {
    error: "is not the name of an interface",
  });

/** What a rule says, as a task's own parameters and as an entry of `rules`. */
export const ruleShape = {
  from_ip: address().optional().describe("Address or network that it comes from. Absent: any."),
  from: address().optional().describe("The same as `from_ip`."),
  src: address().optional().describe("The same as `from_ip`."),
  from_port: ports().optional().describe("Port that it comes from. Absent: any."),
  to_ip: address().optional().describe("Address or network that it goes to. Absent: any."),
  to: address().optional().describe("The same as `to_ip`."),
  dest: address().optional().describe("The same as `to_ip`."),
  to_port: ports().optional().describe("Port that it goes to: `22`, `60000:61000`, `80,443`. Absent: any."),
  port: ports().optional().describe("The same as `to_port`."),
  proto: z
    .enum(PROTOCOLS, { error: `must be one of ${PROTOCOLS.join(", ")}` })
    .optional()
    .describe("Protocol. Absent: any. `vrrp` needs ufw 0.36.2."),
  protocol: z
    .enum(PROTOCOLS, { error: `must be one of ${PROTOCOLS.join(", ")}` })
    .optional()
    .describe("The same as `proto`."),
  interface: device().optional().describe("Interface; whether in or out says `direction`."),
  if: device().optional().describe("The same as `interface`."),
  interface_in: device().optional().describe("Interface that it comes in by."),
  if_in: device().optional().describe("The same as `interface_in`."),
  interface_out: device().optional().describe("Interface that it goes out by."),
  if_out: device().optional().describe("The same as `interface_out`."),
  route: flag().default(false).describe("It is about what this host passes on, not about what is for itself."),
  log: flag().default(false).describe("Log new connections that it matches."),
  comment: text()
    .refine((given) => !/['\r\n\0]/.test(given) && !["in", "out", "log", "log-all"].includes(given), {
      error: "must be one line without ' and not one of ufw's own words in, out, log; ufw takes no such comments",
    })
    .optional()
    .describe("A comment. Absent: none."),
};

export const directionParam = () =>
  z
    .enum(["in", "incoming", "out", "outgoing", "routed"], {
      error: "must be one of in, out, incoming, outgoing, routed",
    })
    .optional()
    .describe("Of a rule: `in` (the default) or `out`. Of a policy: `incoming` (the default), `outgoing` or `routed`.");

export const ruleEntry = z.strictObject({
  rule: actionParam().default("allow"),
  direction: directionParam(),
  ...ruleShape,
});

type Raw = Omit<z.output<typeof ruleEntry>, "rule">;

/** A rule as it was asked for, each thing under one name. */
export interface WantedRule {
  readonly action: z.output<ReturnType<typeof actionParam>>;
  readonly out: boolean;
  readonly fromIp: string;
  readonly fromPort: string;
  readonly toIp: string;
  readonly toPort: string;
  readonly proto: string;
  readonly deviceIn: string;
  readonly deviceOut: string;
  readonly route: boolean;
  readonly log: boolean;
  readonly comment: string;
}

export function wantedRule(action: WantedRule["action"], given: Raw): WantedRule {
  const out = given.direction === "out" || given.direction === "outgoing";
  const device = given.interface ?? given.if ?? "";
  return {
    action,
    out,
    fromIp: given.from_ip ?? given.from ?? given.src ?? "any",
    fromPort: given.from_port ?? "any",
    toIp: given.to_ip ?? given.to ?? given.dest ?? "any",
    toPort: given.to_port ?? given.port ?? "any",
    proto: given.proto ?? given.protocol ?? "any",
    deviceIn: given.interface_in ?? given.if_in ?? (out ? "" : device),
    deviceOut: given.interface_out ?? given.if_out ?? (out ? device : ""),
    route: given.route,
    log: given.log,
    comment: given.comment ?? "",
  };
}

/** What is wrong with a rule as a whole, in the words of an error. Undefined: nothing. */
export function ruleFault(given: Raw): string | undefined {
  const rule = wantedRule("allow", given);
  const twice = [
    ["from_ip", "from", "src"],
    ["to_ip", "to", "dest"],
    ["to_port", "port"],
    ["proto", "protocol"],
  ].find((names) => names.filter((name) => given[name as keyof Raw] !== undefined).length > 1);
  if (twice !== undefined) return `takes only one of ${twice.join(", ")}`;
  const families = [rule.fromIp, rule.toIp].flatMap((ip) => ipRange(ip)?.family ?? []);
  if (families.length === 2 && families[0] !== families[1]) return "has an IPv4 and an IPv6 address in one rule";
  const hasPort = rule.toPort !== "any" || rule.fromPort !== "any";
  if (hasPort && !["any", "tcp", "udp"].includes(rule.proto)) return `takes no port with proto: ${rule.proto}`;
  if (/[,:]/.test(rule.toPort + rule.fromPort) && rule.proto === "any")
    return "needs proto: tcp or udp with several ports";
  if (["ipv6", "igmp"].includes(rule.proto) && families.includes(6))
    return `takes only IPv4 addresses with proto: ${rule.proto}`;
  if (given.direction === "routed") return "takes route: true for a rule, not direction: routed";
  if (!rule.route && rule.deviceIn !== "" && rule.deviceOut !== "")
    return "takes both interfaces only with route: true";
  if (!rule.route && rule.out && rule.deviceIn !== "") return "takes interface_in only for direction: in";
  return undefined;
}
