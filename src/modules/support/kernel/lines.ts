import { ended, splitLines } from "../edit/codec.js";
import { settingValue } from "../../../probes/kernel-setting.js";
import { settingPath } from "./name.js";

interface Setting {
  readonly path: string;
  readonly value: string;
}

/** A line of sysctl.conf; `-` in front: errors do not count. */
function settingIn(line: string): Setting | undefined {
  const [, name, value] = /^-?\s*([^\s#;=-][^\s=]*)\s*=(.*)$/s.exec(line.trim()) ?? [];
  return name === undefined || value === undefined ? undefined : { path: settingPath(name), value };
}

/** The last line of a setting is the one that counts: it gets the value, and those before it go. */
export function withSetting(text: string, name: string, value: string): string {
  const lines = splitLines(text);
  const own = lines
    .map((line) => settingIn(line))
    .map((found) => (found?.path === settingPath(name) ? found : undefined));
  const last = own.findLastIndex((found) => found !== undefined);
  if (last < 0) return [...lines.map(ended), `${name}=${value}\n`].join("");
  if (settingValue(own[last]?.value ?? "") === settingValue(value)) return text;
  return lines
    .flatMap((line, i) => (i === last ? [`${name}=${value}\n`] : own[i] === undefined ? [line] : []))
    .join("");
}

export function withoutSetting(text: string, name: string): string {
  return splitLines(text)
    .filter((line) => settingIn(line)?.path !== settingPath(name))
    .join("");
}

/** What a file says: each setting with its last value, and lines for several settings at once (`net.*.x`). */
export function settingsIn(text: string): ReadonlyMap<string, string> {
  const found = splitLines(text).map((line) => settingIn(line));
  return new Map(found.flatMap((one) => (one === undefined ? [] : [[one.path, settingValue(one.value)]])));
}
