import type { Subject } from "../contract/subject.js";
import { quote } from "./shell.js";

/** A GET request in the forms that the programs of a host take. All of it may be secret. */
export interface Fetch {
  readonly scheme: "http" | "https";
  readonly host: string;
  readonly port: string;
  /** Of a connection, and of a silence. */
  readonly timeoutSeconds: number;
  /** A config file for curl (`-K`). */
  readonly curl: string;
  /** Options for GNU wget that may be seen; null: it has no way to send this request unseen without a file. */
  readonly wget: readonly string[] | null;
  /** With name and password. */
  readonly url: string;
  /** The request itself, in HTTP/1.0, so that the answer comes in one piece. */
  readonly bare: string;
}

/**
 * The shell function `NAME`: writes the body to stdout, what went wrong to stderr. curl, else GNU wget; plain http also
 * by bash or nc alone, which follow no redirects. Nothing is in an argument, and nothing is written anywhere.
 */
export function fetchFunction(name: string, fetch: Fetch): string {
  const { scheme, host, port, timeoutSeconds, curl, wget, url, bare } = fetch;
  // A bare connection has no limit for a silence: as long as it may take in all.
  const limit = String(Math.ceil(timeoutSeconds) * 60);
  return `${ANSWER}
${name}() {
if command -v curl >/dev/null 2>&1; then
printf %s ${quote(curl)} | curl -q -s -S -f -K -
elif wget --version 2>/dev/null | grep -q GNU; then
${wget === null ? NO_HEADERS : `printf '%s\\n' ${quote(url)} | wget ${wget.map(quote).join(" ")} -nv -O - -i -`}
elif [ ${quote(scheme)} = http ] && command -v bash >/dev/null 2>&1; then
printf %s ${quote(bare)} | timeout ${limit} bash --norc -c "$fettle_answer"'
exec 3<>"/dev/tcp/$0/$1" && cat >&3 && answer <&3' ${quote(host)} ${quote(port)}
elif [ ${quote(scheme)} = http ] && command -v nc >/dev/null 2>&1; then
printf %s ${quote(bare)} | { timeout ${limit} nc ${quote(host)} ${quote(port)} || :; } | sh -c "$fettle_answer answer"
else
echo "needs curl or GNU wget on the host (for plain http, bash or nc will do)" >&2
return 2
fi; }
`;
}

const NO_HEADERS = `echo "to send headers that nobody sees it needs curl on the host" >&2
return 2`;

/** What can be fetched hangs on these: places where a shell looks for the programs. */
export const fetchSubjects: readonly Subject[] = ["curl", "wget", "bash", "nc"].flatMap((name) =>
  ["/usr/local/bin", "/usr/bin", "/bin"].map((folder): Subject => `file:${folder}/${name}`),
);

/**
 * Reads an answer: takes the head off, and judges it. `read` takes single bytes, so that nothing of the body is lost.
 * Nothing is kept on the way, so the bytes are counted beside.
 */
const ANSWER = String.raw`fettle_answer='
answer() {
cr=$(printf "\r") length=
IFS= read -r line || { echo "no answer" >&2; return 1; }
line=${"$"}{line%"$cr"}
while IFS= read -r head && [ -n "${"$"}{head%"$cr"}" ]; do
case $head in
[Cc]ontent-[Ll]ength:*) length=$(printf %s "${"$"}{head#*:}" | tr -cd 0-9) ;;
[Tt]ransfer-[Ee]ncoding:*) echo "the server sends its answer in pieces; install curl or wget" >&2; return 1 ;;
esac
done
case $line in
HTTP/*" 200"*) ;;
HTTP/*" 30"[12378]*) echo "the server answers ${"$"}{line#* }; to follow it, install curl or wget" >&2; return 1 ;;
*) echo "the server answers ${"$"}{line#* }" >&2; return 1 ;;
esac
[ -n "$length" ] || { cat; return; }
exec 9>&1
count=$(head -c "$length" | tee /proc/self/fd/9 | wc -c)
[ "$count" -eq "$length" ] || { echo "the answer ended after $count of $length bytes" >&2; return 1; }
}
'`;
