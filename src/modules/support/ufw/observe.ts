import { hostError } from "../../../contract/error.js";
import type { Read } from "../../../contract/query.js";
import { kernelValue } from "../../../probes/kernel-setting.js";
import { type SshSession, sshSession } from "../../../probes/ssh-session.js";
import { ufw } from "../../../probes/ufw.js";
import { show } from "./compile.js";
import type { UfwParams } from "./params.js";
import { type UfwPlan, ufwPlan } from "./plan.js";
import { keepsOut } from "./reach.js";

/** Whether conntrack takes up connections that were there before it. */
const LOOSE = "net/netfilter/nf_conntrack_tcp_loose";

export interface UfwSeen {
  readonly plan: UfwPlan;
  readonly session: SshSession | null;
}

/** Throws when the firewall would keep out whoever asks for it. */
export async function observeUfw(read: Read, given: UfwParams): Promise<UfwSeen> {
  const [was, session, loose] = await Promise.all([
    read(ufw(null)),
    read(sshSession(null)),
    read.maybe(kernelValue(LOOSE)),
  ]);
  if (was === null)
    throw hostError("ufw is not installed", { remedy: "install it in a task before: apt: { name: ufw }" });
  const plan = ufwPlan(was, given, session);
  if (session !== null) {
    requireEntry(plan, session);
    // Only what has begun before conntrack sees it must be picked up.
    if (plan.last === "enable" && loose === "0")
      throw hostError("enabling ufw would cut this session off: net.netfilter.nf_conntrack_tcp_loose is 0", {
        remedy: "set it to 1 in a task before (module sysctl); it may be 0 again when ufw is enabled",
      });
  }
  return { plan, session };
}

function requireEntry({ was, after, last }: UfwPlan, session: SshSession): void {
  if (!after.running) return;
  const cause = keepsOut(after, session);
  if (cause === undefined) return;
  // Who is let in by what is no rule of ufw's stays in; only what changes is judged.
  if (was.running && last !== "enable" && keepsOut(was, session) !== undefined) return;
  const { client, server, port } = session;
  const by = cause === "policy" ? `the policy "${after.policies.incoming} incoming"` : `the rule "${show(cause)}"`;
  throw hostError(
    `ufw would keep fettle out: new SSH connections from ${client} to ${server} port ${port} end at ${by}`,
    {
      remedy: `allow them first: rule: allow, proto: tcp, from_ip: ${client}, to_port: ${port}; or allow_controller: true`,
    },
  );
}
