import { hostError } from "../../../contract/error.js";
import { splitLines, withoutEnd } from "../edit/codec.js";
import type { CronParams } from "./params.js";

const MARK = "#Ansible: ";

/** The table with the entry or the variable as it shall be. */
export function withEntry(text: string, given: CronParams): string {
  const lines = splitLines(text).map(withoutEnd);
  const after = given.env ? variables(lines, given) : entries(lines, given);
  const result = after.map((line) => `${line}\n`).join("");
  // A last line without an end is one that cron does not take.
  return result === `${text}\n` && given.state === "absent" ? text : result;
}

function entries(lines: readonly string[], given: CronParams): readonly string[] {
  const { name, state } = given;
  const marker = MARK + name;
  const job = jobLine(given);
  const found = lines.flatMap((line, i) => (line === marker ? [i] : []));
  if (found.length === 0 && state === "present") return adopted(lines, marker, job);
  return lines.flatMap((line, i) => {
    if (line === marker) return state === "absent" ? [] : [line, job];
    // A marker without a job is followed by the next marker, or by nothing.
    return found.includes(i - 1) && !line.startsWith(MARK) ? [] : [line];
  });
}

/** The same job that somebody wrote by hand gets the marker; otherwise both go to the end. */
function adopted(lines: readonly string[], marker: string, job: string): readonly string[] {
  const at = lines.findIndex((line, i) => line === job && lines[i - 1]?.startsWith(MARK) !== true);
  return at < 0 ? [...lines, marker, job] : [...lines.slice(0, at), marker, ...lines.slice(at)];
}

function jobLine(given: CronParams): string {
  const { minute, hour, day, month, weekday, special_time: special, user, cron_file, job } = given;
  const time = special === undefined ? [minute, hour, day, month, weekday].join(" ") : `@${special}`;
  const who = cron_file === undefined || user === undefined ? "" : `${user} `;
  return `${given.disabled ? "#" : ""}${time} ${who}${job}`;
}

function variables(lines: readonly string[], given: CronParams): readonly string[] {
  const { name, job, state, insertafter, insertbefore } = given;
  const isOf = (line: string, variable: string): boolean => nameIn(line) === variable;
  if (state === "absent") return lines.filter((line) => !isOf(line, name));
  const own = `${name}="${job}"`;
  if (lines.some((line) => isOf(line, name))) return lines.map((line) => (isOf(line, name) ? own : line));
  const beside = insertafter ?? insertbefore;
  const at = beside === undefined ? 0 : lines.findIndex((line) => isOf(line, beside));
  if (at < 0)
    throw hostError(`there is no variable ${beside ?? ""} to put ${name} beside`, {
      remedy: "set it in a task before",
    });
  const place = insertafter === undefined ? at : at + 1;
  return [...lines.slice(0, place), own, ...lines.slice(place)];
}

function nameIn(line: string): string | undefined {
  return /^\s*([A-Za-z_][A-Za-z0-9_]*)\s*=/.exec(line)?.[1];
}

/** What `register` gets: the names of the entries, and of the variables. */
export function namesIn(text: string): { readonly jobs: readonly string[]; readonly envs: readonly string[] } {
  const lines = splitLines(text).map(withoutEnd);
  return {
    jobs: lines.flatMap((line) => (line.startsWith(MARK) ? [line.slice(MARK.length)] : [])),
    envs: lines.flatMap((line) => nameIn(line) ?? []),
  };
}
