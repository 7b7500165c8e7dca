import { isUtf8 } from "node:buffer";
import { randomBytes } from "node:crypto";
import type { AskStep, Content, ExecStep, Guard, PutStep, Script, WireStep } from "../contract/step.js";
import { quote, quoteAll, quotePattern } from "./quote.js";

/** Raw bytes that follow a script on the lane's input, in the order in which its steps take them. */
export interface Rendered {
  readonly text: string;
  readonly data: readonly Content[];
}

/** Content up to this size, without NUL, is written by the shell itself: no process for it. */
const INLINE_BYTES = 64 * 1024;

/**
 * What every script begins with. Each step ends with a frame on both streams: newline, nonce, and on stdout the
 * step's index and outcome. A frame that cannot be written ends the script: nobody listens any more.
 */
function prologue(nonce: string): string {
  return [
    // The nonce stays in the shell's memory; names of temp files are seen by others.
    `N=${nonce} K=${randomBytes(6).toString("hex")}`,
    `e() { printf '\\n%s %s %s\\n' "$N" "$1" "$2" && printf '\\n%s %s\\n' "$N" "$1" >&2 || exit 0; }`,
    // Takes exactly that many bytes of the data that follow the script.
    `d() { dd bs=65536 count="$1" iflag=fullblock,count_bytes <&3 2>/dev/null; }`,
    // Feeds data to a command; what the command leaves is read too, or the next step would get it.
    `f() { n=$1; shift; d "$n" | { "$@"; r=$?; cat >/dev/null; exit "$r"; }; }`,
    `x() { unset LC_ALL; "$@"; }`,
    // Runs a command in a session of its own, ended as a whole when its time is up.
    `t() { s=$1; shift; unset LC_ALL; setsid "$@" <&0 & p=$!`,
    `setsid sh -c 'sleep "$0"; kill -TERM "-$1"; sleep 5; kill -KILL "-$1"' "$s" "$p" </dev/null >/dev/null 2>&1 3<&- & w=$!`,
    `wait "$p"; r=$?; kill -KILL "-$w" 2>/dev/null || kill -KILL "$w" 2>/dev/null; return "$r"; }`,
    PUT,
    "T=0; I=0",
    "",
  ].join("\n");
}

/**
 * w PATH MODE OWNER GROUP UMASK BACKUP VALIDATE… – makes the temp file's content the file's, atomically. The temp file
 * $t was written by the caller, readable by nobody else; owner and mode are set before the rename.
 */
const PUT = `w() { p=$1 m=$2 o=$3 g=$4 b=$5; shift 5
if [ -d "$p" ] && [ ! -L "$p" ]; then echo "$p is a directory" >&2; rm -f "$t"; return 1; fi
if [ -z "$m$o$g" ] && [ -f "$p" ]; then chown --reference="$p" "$t" 2>/dev/null || chown "$(stat -c %u:%g "$p")" "$t"; chmod "$(stat -c %a "$p")" "$t"; fi || { rm -f "$t"; return 1; }
if [ -n "$o$g" ]; then chown "$o\${g:+:$g}" "$t" || { rm -f "$t"; return 1; }; fi
if [ -n "$m" ]; then chmod "$m" "$t" || { rm -f "$t"; return 1; }; fi
if [ $# -gt 0 ]; then ( unset LC_ALL; "$@" ) </dev/null || { r=$?; rm -f "$t"; return "$r"; }; fi
if [ -n "$b" ]; then cp -p "$p" "$b" || { rm -f "$t"; return 1; }; fi
sync "$t" 2>/dev/null
mv -fT "$t" "$p" || { r=$?; rm -f "$t"; return "$r"; }; }`;

/** A script of a lane as shell text. Steps are numbered through; see frames.ts for the other end. */
export function render(script: Script, nonce: string): Rendered {
  const data: Content[] = [];
  const lines: string[] = [];
  let index = 0;
  for (const group of script) {
    lines.push("T=0");
    for (const item of group.items) {
      lines.push("I=0");
      for (const step of item.steps) lines.push(renderStep(step, index++, data));
      lines.push('[ "$I" = 0 ] || T=1');
    }
    if (group.onFailure === "stop") lines.push(`[ "$T" = 0 ] || { d_rest; e end stopped; exit 0; }`);
  }
  lines.push("e end done");
  const total = data.reduce((sum, content) => sum + sizeOf(content), 0);
  // Data that stopped steps did not take must not be read as the next script.
  const rest = `U=0; d_rest() { [ "$U" = ${total} ] || d $((${total} - U)) >/dev/null; }`;
  return { text: `${prologue(nonce)}${rest}\n${lines.join("\n")}\n`, data };
}

/** `U` counts the data taken so far; a step that does not run takes its data all the same. */
function renderStep(step: WireStep, index: number, data: Content[]): string {
  const content = dataOf(step);
  const bytes = content === undefined ? undefined : sizeOf(content);
  if (content !== undefined) data.push(content);
  const taken = bytes === undefined ? "" : `U=$((U + ${bytes})); `;
  const skip = bytes === undefined ? ":" : `d ${bytes} >/dev/null`;
  const run = `${taken}${body(step, bytes)}\nr=$?; e ${index} "x$r"; ${judged(step)}`;
  const guarded = (step.do === "exec" ? (step.guards ?? []) : []).reduceRight(
    (inner, guard, i) => `if ${condition(guard)}; then ${taken}${skip}; e ${index} g${i}; else\n${inner}\nfi`,
    run,
  );
  return `if [ "$I" = 0 ]; then\n${guarded}\nelse ${taken}${skip}; fi`;
}

function judged(step: WireStep): string {
  const ok = step.do === "exec" ? (step.okExitCodes ?? [0]) : [0];
  if (ok === "any") return ":";
  return `case $r in ${ok.length === 0 ? "none" : ok.join("|")}) ;; *) I=1 ;; esac`;
}

/** True when the step must be skipped. */
function condition(guard: Guard): string {
  const exists = (path: string): string => `( set -- ${quotePattern(path)}; [ -e "$1" ] || [ -L "$1" ] )`;
  switch (guard.kind) {
    case "creates":
      return exists(guard.path);
    case "removes":
      return `! ${exists(guard.path)}`;
    case "unless":
      return `( unset LC_ALL; sh -c ${quote(guard.command)} ) >/dev/null 2>&1 </dev/null`;
    case "only_if":
      return `! ( unset LC_ALL; sh -c ${quote(guard.command)} ) >/dev/null 2>&1 </dev/null`;
    default:
      return guard satisfies never;
  }
}

function dataOf(step: WireStep): Content | undefined {
  switch (step.do) {
    case "ask":
      return step.stdin === undefined ? undefined : { kind: "bytes", bytes: step.stdin };
    case "exec":
      return step.stdin;
    case "put":
      return isInline(step.content) ? undefined : step.content;
    default:
      return step satisfies never;
  }
}

function sizeOf(content: Content): number {
  return content.kind === "bytes" ? content.bytes.length : content.sizeBytes;
}

function isInline(content: Content): content is Content & { kind: "bytes" } {
  if (content.kind === "file" || content.bytes.length > INLINE_BYTES) return false;
  return !content.bytes.includes(0) && isUtf8(content.bytes);
}

function body(step: WireStep, bytes: number | undefined): string {
  switch (step.do) {
    case "ask":
      return askBody(step, bytes);
    case "exec":
      return execBody(step, bytes);
    case "put":
      return putBody(step, bytes);
    default:
      return step satisfies never;
  }
}

/** eval keeps a syntax error of the text inside the subshell. */
function askBody(step: AskStep, bytes: number | undefined): string {
  const run = `( eval ${quote(step.text)} )`;
  return bytes === undefined ? `${run} </dev/null` : `a() ${run}; f ${bytes} a`;
}

function execBody(step: ExecStep, bytes: number | undefined): string {
  const seconds = step.timeoutMs === undefined ? undefined : Math.max(1, Math.ceil(step.timeoutMs / 1000));
  const command = `${seconds === undefined ? "x" : `t ${seconds}`} ${quoteAll(step.argv)}`;
  const exports = Object.entries(step.environment ?? {}).map(
    ([name, value]) => `export ${variable(name)}=${quote(value)}; `,
  );
  const cwd = step.cwd === undefined ? "" : `cd -- ${quote(step.cwd)} || exit 1; `;
  const run = `( ${cwd}${exports.join("")}${command} )`;
  return bytes === undefined ? `${run} </dev/null` : `a() ${run}; f ${bytes} a`;
}

function variable(name: string): string {
  if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(name)) throw new Error(`not a name of an environment variable: ${name}`);
  return name;
}

function putBody(step: PutStep, bytes: number | undefined): string {
  const folder = step.path.replace(/[^/]*$/, "") || "./";
  const temp = `t=${quote(`${folder}.fettle-`)}"$K-$U-$$"`;
  const write = isInline(step.content)
    ? `printf %s ${quoteEmpty(Buffer.from(step.content.bytes).toString("utf8"))} >"$t"`
    : `d ${bytes ?? 0} >"$t" && [ "$(wc -c <"$t")" -eq ${bytes ?? 0} ]`;
  const mode = step.mode === undefined ? "" : `0${step.mode.toString(8)}`;
  const args = [step.path, mode, step.owner ?? "", step.group ?? "", step.backupPath ?? ""].map(quoteEmpty);
  const validate = (step.validate ?? []).map(withTemp);
  return `( umask 077; set -C; ${temp}; ${write} || { rm -f "$t"; exit 1; }; w ${[...args, ...validate].join(" ")} )`;
}

/** An argument of `validate` with the temp file's path for `%s`. */
function withTemp(part: string): string {
  return part
    .split("%s")
    .map((piece) => (piece === "" ? "" : quote(piece)))
    .join('"$t"');
}

function quoteEmpty(word: string): string {
  return word === "" ? "''" : quote(word);
}
