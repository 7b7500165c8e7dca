import { randomBytes } from "node:crypto";

/**
 * What every script begins with. Each step ends with a frame on both streams: RS, nonce, the step's index, and on stdout
 * its outcome. A frame that cannot be written ends the script: nobody listens any more.
 */
export function prologue(nonce: string): string {
  return [
    // Variables of the login's environment would stay exported, and the nonce must be known to this shell alone.
    "unset N K M T I U n s p r t w m o g b",
    // Names of temp files are seen by others: they get letters of their own.
    `N=${nonce} K=${randomBytes(6).toString("hex")}`,
    `e() { printf '\\036%s %s %s\\n' "$N" "$1" "$2" && printf '\\036%s %s\\n' "$N" "$1" >&2 || exit 0; }`,
    // Takes exactly that many bytes of the data that follow the script. Nothing but this may see descriptor 3.
    `d() { dd bs=65536 count="$1" iflag=fullblock,count_bytes <&3 2>/dev/null; }`,
    // Feeds data to a command; what the command leaves is read too, or the next step would get it.
    `f() { n=$1; shift; d "$n" | { "$@"; r=$?; cat >/dev/null; exit "$r"; }; }`,
    TIMED,
    // The mode of new files.
    "M=$(printf %o $((0666 & ~0$(umask))))",
    PUT,
    "T=0; I=0",
    "",
  ].join("\n");
}

/**
 * t SECONDS COMMAND… – runs a program in a session of its own, which is ended as a whole when its time is up: first
 * politely, after 5 s or when the program itself has gone by force. The watcher ends with 0 only when it was needed (from
 * then on it cannot be sent away any more); a frame `t` says so. A background job is no leader of its group, so setsid keeps the process's number; it
 * would read /dev/null without descriptor 4.
 */
const TIMED = `t() { s=$1; shift
( exec setsid "$@" <&4 3<&- 4<&- ) & p=$!
setsid sh -c 'sleep "$0"; trap "" TERM; kill -TERM "-$1"; ( sleep 5; kill -KILL "-$1" ) & exit 0' "$s" "$p" </dev/null >/dev/null 2>&1 3<&- 4<&- & w=$!
wait "$p"; r=$?
kill -TERM "-$w" 2>/dev/null || kill -TERM "$w" 2>/dev/null
if wait "$w" 2>/dev/null; then kill -KILL "-$w" 2>/dev/null; kill -KILL "-$p" 2>/dev/null; printf '\\036%s t\\n' "$N"; fi
return "$r"; } 4<&0`;

/**
 * w PATH MODE OWNER GROUP BACKUP SECONDS VALIDATE… – makes the temp file $t the file, atomically. The caller wrote it,
 * readable by nobody else, and deletes it when this fails. Owner and mode are set before the rename; what was not asked
 * for is as it was, or as a new file's ($M). busybox takes a link to a folder for that folder, even with -T.
 */
const PUT = `w() { p=$1 m=$2 o=$3 g=$4 b=$5 s=$6; shift 6
if [ -d "$p" ] && [ ! -L "$p" ]; then echo "$p is a directory" >&2; return 1; fi
if [ -f "$p" ]; then n=$(stat -L -c '%u:%g %a' "$p") || return 1
[ -n "$o" ] && [ -n "$g" ] || chown "\${n% *}" "$t" || return 1
: "\${m:=\${n#* }}"; fi
[ -z "$o$g" ] || chown "$o\${g:+:$g}" "$t" || return 1
chmod "\${m:-$M}" "$t" || return 1
if [ $# -gt 0 ]; then ( unset LC_ALL; [ -z "$s" ] || { t "$s" "$@"; exit; }; exec 3<&-; exec "$@" ) </dev/null || return; fi
if [ -n "$b" ] && [ -e "$p" ]; then cp -p "$p" "$b" || return 1; fi
sync "$t" 2>/dev/null
if [ -L "$p" ] && [ -d "$p" ]; then mv -fT "$t" "$p" 2>/dev/null && return; rm -f "$p"; fi
mv -fT "$t" "$p"; }`;
