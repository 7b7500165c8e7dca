import { defineProbe, ProbeFailure } from "../contract/query.js";

/** The connection by which this session came: the addresses as the host sees them. */
export interface SshSession {
  readonly client: string;
  readonly clientPort: number;
  readonly server: string;
  readonly port: number;
  /** The interface that its packets come in by. Empty: that is not known. */
  readonly device: string;
}

/**
 * null: nobody came by SSH. sudo takes SSH_CONNECTION out of the environment, so it is looked for among the processes
 * that this one descends from.
 */
export const sshSession = defineProbe<null, SshSession | null>({
  kind: "sshSession",
  identify: () => "",
  subjects: () => ["system:ssh-session"],
  script: () => ({
    text: `p=$$ c=$SSH_CONNECTION
while [ -z "$c" ] && [ "\${p:-0}" -gt 1 ]; do
c=$(tr '\\0' '\\n' 2>/dev/null <"/proc/$p/environ" | sed -n 's/^SSH_CONNECTION=//p' | head -n 1)
p=$(sed -n 's/^PPid:[[:space:]]*//p' "/proc/$p/status" 2>/dev/null)
done
printf '%s\\n' "$c"
set -f; set -- $c
[ $# = 0 ] || ip route get "$1" 2>/dev/null | sed -n 's/.* dev \\([^ ]*\\).*/\\1/p' | head -n 1
:`,
  }),
  parse: (output) => [read(output.toString("utf8"))],
});

function read(text: string): SshSession | null | ProbeFailure {
  const [line = "", device = ""] = text.split("\n");
  if (line === "") return null;
  const [client = "", clientPort, server = "", port, ...rest] = line.split(" ");
  if (server === "" || !(Number(port) > 0) || rest.length > 0)
    return new ProbeFailure("SSH_CONNECTION is not understood");
  return { client: bare(client), clientPort: Number(clientPort), server: bare(server), port: Number(port), device };
}

/** Without what says that an IPv4 address came by a socket for both, and without a zone. */
function bare(address: string): string {
  return address.replace(/^::ffff:(?=\d+\.)/i, "").replace(/%.*$/, "");
}
