/**
 * Waits on the host until a port or a file is (or is no longer) there. Prints the seconds it took. Exit status: 0 it
 * is so; 1 the time was over; 2 this host has no means to test a port.
 * Arguments: kind (port, path, nothing), yes or no (shall it be there), timeout, delay, sleep, connect timeout, host,
 * port, path, and an extended regular expression that its data must match (may be empty). Times in seconds.
 */
export const waitScript = String.raw`kind=$1 wanted=$2 timeout=$3 delay=$4 pause=$5 connect=$6 host=$7 port=$8 path=$9
shift 9
regex=$1
start=$(date +%s)
elapsed() { echo $(($(date +%s) - start)); }
way() {
  if command -v bash >/dev/null 2>&1; then echo bash
  elif command -v nc >/dev/null 2>&1; then
    case $(nc -h 2>&1 </dev/null) in *-z*) echo nc-z ;; *) echo nc-e ;; esac
  else
    case $host in 127.0.0.1 | localhost | ::1 | 0.0.0.0) echo proc ;; *) return 1 ;; esac
  fi
}
data() {
  case $way in
  bash) timeout "$connect" bash --norc -c 'exec 3<>"/dev/tcp/$0/$1" && cat <&3' "$host" "$port" ;;
  nc-*) timeout "$connect" nc "$host" "$port" </dev/null ;;
  esac
}
is_open() {
  case $way in
  bash) timeout "$connect" bash --norc -c 'exec 3<>"/dev/tcp/$0/$1"' "$host" "$port" ;;
  nc-z) timeout "$connect" nc -z "$host" "$port" </dev/null ;;
  nc-e) timeout "$connect" nc "$host" "$port" -e true </dev/null ;;
  proc) cat /proc/net/tcp /proc/net/tcp6 | awk -v port=":$(printf %04X "$port")" '
    $4 == "0A" && substr($2, length($2) - 4) == port { found = 1 } END { exit !found }' ;;
  esac
}
is_there() {
  case $kind in
  port) if [ -n "$regex" ]; then data | grep -E -q -e "$regex"; else is_open; fi ;;
  path) [ -e "$path" ] && { [ -z "$regex" ] || grep -E -q -e "$regex" -- "$path"; } ;;
  *) return 1 ;;
  esac
}
if [ "$kind" = port ]; then
  way=$(way) || { echo "to test a port of another host it needs bash or nc" >&2; exit 2; }
  [ -z "$regex" ] || [ "$way" != proc ] || { echo "to read from a port it needs bash or nc" >&2; exit 2; }
fi
[ "$delay" = 0 ] || sleep "$delay"
if [ "$kind" = nothing ]; then sleep "$timeout"; elapsed; exit 0; fi
while :; do
  if is_there >/dev/null 2>&1; then there=yes; else there=no; fi
  if [ "$there" = "$wanted" ]; then elapsed; exit 0; fi
  if [ "$(elapsed)" -ge "$timeout" ]; then elapsed; exit 1; fi
  sleep "$pause"
done`;
