import { quote } from "./shell.js";

/**
 * Shell: `hap SOCKET COMMAND` asks haproxy by its admin socket with the first program that can speak to one: socat, perl
 * (which every Debian has), nc of OpenBSD. 2: this host has none.
 */
export const HAP = `hap() {
if command -v socat >/dev/null 2>&1; then printf '%s\\n' "$2" | socat -t 10 - "UNIX-CONNECT:$1"
elif command -v perl >/dev/null 2>&1; then
perl -MIO::Socket::UNIX -e ${quote(
  '$s = IO::Socket::UNIX->new(Peer => $ARGV[0]) or die "$ARGV[0]: $!\\n"; print $s "$ARGV[1]\\n"; $s->flush; shutdown($s, 1); print while <$s>',
)} "$1" "$2"
elif nc -h 2>&1 </dev/null | grep -q '^.*-[a-zA-Z0-9]*U'; then printf '%s\\n' "$2" | nc -N -U "$1"
else echo "needs socat, perl or nc with -U on the host" >&2; return 2; fi; }`;
