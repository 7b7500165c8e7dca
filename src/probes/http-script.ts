/**
 * Makes one HTTP request on the host, with the best program that it has: curl, GNU wget, or (plain HTTP only) a bare
 * connection by bash or nc. Nothing that may be secret is in an argument: it comes by stdin and lies in a private
 * folder for as long as the request takes.
 *
 * Arguments: scheme, host, port, method, the timeout in seconds, the accepted statuses between spaces, how many bytes
 * of the body to give back, whether there is a body to send (yes or no), and the numbers of lines on stdin that belong
 * to curl's config, wget's config, the URL and the head of the bare request. The rest of stdin is the body.
 *
 * Prints `PROGRAM SECONDS HEADBYTES BODYBYTES`, then the answer's heads, then its body; bare: all in one. Exit status:
 * 0 accepted, 1 another status or none (the cause on stderr), 2 no program for this.
 */
export const requestScript = String.raw`scheme=$1 host=$2 port=$3 method=$4 timeout=$5 accepted=$6 keep=$7 has_body=$8
shift 8
LC_ALL=C
export LC_ALL
start=$(date +%s)
umask 077
d=$(mktemp -d) || exit 3
trap 'rm -rf "$d"' EXIT
trap 'exit 129' HUP
trap 'exit 130' INT
trap 'exit 143' TERM
lines() {
  n=0
  while [ "$n" -lt "$1" ] && IFS= read -r line; do printf '%s\n' "$line"; n=$((n + 1)); done
}
lines "$1" >"$d/curl"
lines "$2" >"$d/wget"
lines "$3" >"$d/url"
lines "$4" >"$d/request"
cat >"$d/body"
: >"$d/head"
: >"$d/answer"
: >"$d/error"
if command -v curl >/dev/null 2>&1; then
  program=curl
  set --
  [ "$has_body" = no ] || set -- --data-binary "@$d/body"
  curl -q -s -S -K "$d/curl" "$@" -D "$d/head" -o "$d/answer" 2>"$d/error" </dev/null
elif wget --version 2>/dev/null | grep -q GNU; then
  program=wget
  set --
  [ "$has_body" = no ] || set -- "--body-file=$d/body"
  wget --config="$d/wget" -nv -S --content-on-error --method="$method" "$@" -O "$d/answer" -i "$d/url" \
    2>"$d/error" </dev/null
  sed -n 's/^  //p' "$d/error" >"$d/head"
  sed '/^  /d' "$d/error" >"$d/said"
  mv "$d/said" "$d/error"
elif [ "$scheme" = http ] && command -v bash >/dev/null 2>&1; then
  program=bare
  cat "$d/body" >>"$d/request"
  timeout "$timeout" bash --norc -c 'exec 3<>"/dev/tcp/$0/$1" && cat "$2" >&3 && cat <&3' "$host" "$port" "$d/request" \
    >"$d/answer" 2>"$d/error" </dev/null
elif [ "$scheme" = http ] && command -v nc >/dev/null 2>&1; then
  program=bare
  cat "$d/body" >>"$d/request"
  timeout "$timeout" nc "$host" "$port" <"$d/request" >"$d/answer" 2>"$d/error"
else
  echo "needs curl or GNU wget on the host (for plain http, bash or nc will do)" >&2
  exit 2
fi
if [ "$program" = bare ]; then heads="$d/answer"; else heads="$d/head"; fi
status=$(sed -n 's/^HTTP\/[0-9.]* \([0-9][0-9][0-9]\).*/\1/p' "$heads" | { [ "$program" = bare ] && head -n 1 || tail -n 1; })
size=$(wc -c <"$d/answer")
echo "$program $(($(date +%s) - start)) $(($(wc -c <"$d/head"))) $((size))"
cat "$d/head"
head -c "$keep" "$d/answer"
case " $accepted " in *" ${"$"}{status:-none} "*) exit 0 ;; esac
cat "$d/error" >&2
exit 1`;
