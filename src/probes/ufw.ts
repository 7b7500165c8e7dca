import { defineProbe, ProbeFailure, type TouchCause } from "../contract/query.js";
import type { Subject } from "../contract/subject.js";
import { readUfwRules, type UfwRule } from "./ufw-rule.js";

export type UfwPolicy = "allow" | "deny" | "reject";
export type UfwDirection = "incoming" | "outgoing" | "routed";

/** What ufw is set up to do, and whether it does it. */
export interface UfwState {
  /** It comes up at boot. */
  readonly enabled: boolean;
  /** Its chains are in the kernel. */
  readonly running: boolean;
  readonly logging: string;
  readonly policies: Readonly<Record<UfwDirection, UfwPolicy>>;
  /** Whether it keeps rules for IPv6. */
  readonly ipv6: boolean;
  readonly rules: readonly UfwRule[];
  readonly rules6: readonly UfwRule[];
}

export const ufwSubject: Subject = "firewall:ufw";

/** Where ufw keeps all this. */
export const ufwFiles = [
  "/etc/default/ufw",
  "/etc/ufw/ufw.conf",
  "/etc/ufw/user.rules",
  "/etc/ufw/user6.rules",
] as const;

/** As Debian's and Ubuntu's package brings it. */
const FRESH: UfwState = {
  enabled: false,
  running: false,
  logging: "low",
  policies: { incoming: "deny", outgoing: "allow", routed: "deny" },
  ipv6: true,
  rules: [],
  rules6: [],
};

/** No key: a host has one. null: ufw is not installed. */
export const ufw = defineProbe<null, UfwState | null>({
  kind: "ufw",
  identify: () => "",
  // Not `package:+ufw`: that it comes along with another package is not expected.
  subjects: () => [ufwSubject, "package:ufw", "package:-ufw", ...ufwFiles.map((path): Subject => `file:${path}`)],
  changed: () => [ufwSubject, ...ufwFiles.map((path): Subject => `file:${path}`)],
  // Another's change of the firewall writes no packages.
  own: () => [ufwSubject],
  script: () => ({
    text: `command -v ufw >/dev/null || { echo none; exit 0; }
for f in ${ufwFiles.join(" ")}; do [ ! -e "$f" ] || [ -r "$f" ] || { echo denied; exit 0; }; done
iptables -n -L ufw-user-input >/dev/null 2>&1 && echo running || echo stopped
${ufwFiles.map((path) => `cat ${path} 2>/dev/null; printf '\\n\\0'`).join("\n")}`,
  }),
  parse: (output) => [read(output.toString("utf8"))],
  infer: (_key, was, cause) => inferred(was, cause),
});

function read(text: string): UfwState | null | ProbeFailure {
  if (text === "none\n") return null;
  if (text === "denied\n") return new ProbeFailure("only root may read the rules of ufw; add become: true");
  const [first = "", ...others] = text.split("\n");
  const [defaults = "", conf = "", rules = "", rules6 = ""] = others.join("\n").split("\0");
  return {
    enabled: setting(conf, "ENABLED")?.toLowerCase() === "yes",
    running: first === "running",
    logging: setting(conf, "LOGLEVEL") ?? "off",
    policies: {
      incoming: policy(setting(defaults, "DEFAULT_INPUT_POLICY")),
      outgoing: policy(setting(defaults, "DEFAULT_OUTPUT_POLICY")),
      routed: policy(setting(defaults, "DEFAULT_FORWARD_POLICY")),
    },
    ipv6: setting(defaults, "IPV6")?.toLowerCase() === "yes",
    rules: readUfwRules(rules),
    rules6: readUfwRules(rules6),
  };
}

function setting(text: string, name: string): string | undefined {
  const values = [...text.matchAll(new RegExp(`^${name}=["']?([^"'#\\s]*)`, "gm"))];
  return values.at(-1)?.[1];
}

function policy(word: string | undefined): UfwPolicy {
  return word === "ACCEPT" ? "allow" : word === "REJECT" ? "reject" : "deny";
}

/** Certain is what the package brings to a host that has nothing of it; what else is installed leaves its files alone. */
function inferred(was: UfwState | null | undefined, cause: TouchCause): UfwState | null | undefined {
  if (was === undefined) return undefined;
  if (cause.kind === "disturbs") {
    return cause.brings === true ? was : undefined;
  }
  const isHere = cause.value === "installed" || cause.value === true || cause.query?.probe.kind === "packageVersion";
  return cause.subject.startsWith("package:") && isHere ? (was ?? FRESH) : undefined;
}
