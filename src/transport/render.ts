import { isUtf8 } from "node:buffer";
import type { AskStep, Content, ExecStep, Guard, PutStep, Script, WireStep } from "../contract/step.js";
import { prologue } from "./prologue.js";
import { quote, quoteAll, quotePattern } from "./quote.js";

/** Raw bytes that follow a script on the lane's input, in the order in which its steps take them. */
export interface Rendered {
  readonly text: string;
  readonly data: readonly Content[];
}

/** Content up to this size, without NUL, is written by the shell itself: no process for it. */
const INLINE_BYTES = 64 * 1024;

/** A script of a lane as shell text. Steps are numbered through; see frames.ts for the other end. */
export function render(script: Script, nonce: string): Rendered {
  const data: Content[] = [];
  const lines: string[] = [];
  let index = 0;
  for (const group of script) {
    lines.push("T=0");
    for (const item of group.items) {
      lines.push("I=0");
      item.steps.forEach((step, s) => lines.push(renderStep(step, index++, s === 0, data)));
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

/**
 * `U` counts the data taken so far; a step that does not run takes its data all the same, and says that it did not: so
 * the other end always knows which step comes next.
 */
function renderStep(step: WireStep, index: number, isFirst: boolean, data: Content[]): string {
  const content = dataOf(step);
  const bytes = content === undefined ? undefined : sizeOf(content);
  if (content !== undefined) data.push(content);
  const taken = bytes === undefined ? "" : `U=$((U + ${bytes})); `;
  const skip = bytes === undefined ? "" : `${taken}d ${bytes} >/dev/null; `;
  const run = `${taken}${body(step, bytes)}\nr=$?; e ${index} "x$r"; ${judged(step)}`;
  const guarded = (step.do === "exec" ? (step.guards ?? []) : []).reduceRight(
    (inner, guard, i) => `if ${condition(guard)}; then ${skip}e ${index} g${i}; else\n${inner}\nfi`,
    run,
  );
  return isFirst ? guarded : `if [ "$I" = 0 ]; then\n${guarded}\nelse ${skip}e ${index} n; fi`;
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
      return `( unset LC_ALL; sh -c ${quote(guard.command)} ) >/dev/null 2>&1 </dev/null 3<&-`;
    case "only_if":
      return `! ( unset LC_ALL; sh -c ${quote(guard.command)} ) >/dev/null 2>&1 </dev/null 3<&-`;
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

/** Longer words cannot be passed to a program; questions without a time limit are not passed to one. */
const MAX_WORD_BYTES = 100_000;

/** eval keeps a syntax error of the text inside the subshell. */
function askBody(step: AskStep, bytes: number | undefined): string {
  if (step.timeoutMs === undefined) return fed(`( eval ${quote(step.text)} ) 3<&-`, bytes);
  if (step.text.length > MAX_WORD_BYTES) throw new Error("a question with a time limit is too long");
  return fed(`t ${seconds(step.timeoutMs)} sh -c ${quote(step.text)}`, bytes);
}

/** exec: a program, never a function or builtin of this shell that has its name. */
function execBody(step: ExecStep, bytes: number | undefined): string {
  const cwd = step.cwd === undefined ? "" : `cd -- ${quote(step.cwd)} || exit 1; `;
  const exports = Object.entries(step.environment ?? {}).map(
    ([name, value]) => `export ${variable(name)}=${quote(value)}; `,
  );
  const run = step.timeoutMs === undefined ? "exec 3<&-; exec" : `t ${seconds(step.timeoutMs)}`;
  return fed(`( unset LC_ALL; ${cwd}${exports.join("")}${run} ${quoteAll(step.argv)} )`, bytes);
}

/** With that many bytes of the data as input, or none. */
function fed(command: string, bytes: number | undefined): string {
  return bytes === undefined ? `${command} </dev/null` : `a() { ${command}; }; f ${bytes} a`;
}

/** Whole ones: not every sleep knows others. */
function seconds(ms: number): number {
  return Math.max(1, Math.ceil(ms / 1000));
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
    : `a() { cat >"$t"; }; f ${bytes ?? 0} a && [ "$(wc -c <"$t")" -eq ${bytes ?? 0} ]`;
  const mode = step.mode === undefined ? "" : `0${step.mode.toString(8)}`;
  const limit = step.timeoutMs === undefined ? "" : String(seconds(step.timeoutMs));
  const args = [step.path, mode, step.owner ?? "", step.group ?? "", step.backupPath ?? "", limit].map(quoteEmpty);
  const validate = (step.validate ?? []).map(withTemp);
  const words = [...args, ...validate].join(" ");
  return `( umask 077; set -C; ${temp}; ${write} && w ${words} || { r=$?; rm -f "$t"; exit "$r"; } )`;
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
