import { ProbeFailure } from "../contract/query.js";

export type UfwAction = "allow" | "deny" | "reject" | "limit";

/** A rule of one family as ufw keeps it in user.rules or user6.rules. */
export interface UfwRule {
  /** About what is passed on, not what is for this host. */
  readonly route: boolean;
  readonly action: UfwAction;
  /** Empty: it logs nothing. */
  readonly log: "" | "log" | "log-all";
  /** `any`, or one that ufw knows. */
  readonly proto: string;
  /** `any`, `22`, `80,443`, `60000:61000` */
  readonly toPort: string;
  /** `0.0.0.0/0` and `::/0` are any. */
  readonly toIp: string;
  readonly fromPort: string;
  readonly fromIp: string;
  /** Profiles that the ports came from; empty: none. */
  readonly toApp: string;
  readonly fromApp: string;
  /** `in`, `out_eth0`, `in_eth0!out_eth1`, as ufw writes it. */
  readonly way: string;
  readonly comment: string;
}

const MARK = "### tuple ### ";

/** The rules of a file of ufw's, in order. */
export function readUfwRules(text: string): readonly UfwRule[] {
  return text
    .split("\n")
    .filter((line) => line.startsWith(MARK))
    .map((line) => readRule(line.slice(MARK.length).trim()));
}

function readRule(line: string): UfwRule {
  const words = line.split(/\s+/);
  const last = words.at(-1) ?? "";
  const comment = last.startsWith("comment=") ? Buffer.from(last.slice("comment=".length), "hex").toString("utf8") : "";
  if (last.startsWith("comment=")) words.pop();
  // Files of old versions lack the direction.
  const way = /^(in|out)([_!]|$)/.test(words.at(-1) ?? "") && words.length > 6 ? (words.pop() ?? "") : "in";
  const [verb = "", proto = "", toPort = "", toIp = "", fromPort = "", fromIp = "", toApp = "-", fromApp = "-"] = words;
  const [, route, action, log = ""] = /^(route:)?(allow|deny|reject|limit)(?:_(log|log-all))?$/.exec(verb) ?? [];
  if (action === undefined || (words.length !== 6 && words.length !== 8))
    throw new ProbeFailure(`a rule of ufw is not understood: ${line}`);
  return {
    route: route !== undefined,
    action: action as UfwAction,
    log: log as UfwRule["log"],
    proto,
    toPort,
    toIp,
    fromPort,
    fromIp,
    toApp: app(toApp),
    fromApp: app(fromApp),
    way,
    comment,
  };
}

function app(word: string): string {
  return word === "-" ? "" : word.replaceAll("%20", " ");
}
