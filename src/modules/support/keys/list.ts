import { ended, splitLines } from "../edit/codec.js";
import { formatKey, parseKey, type PublicKey, sameKey } from "./line.js";

/**
 * The file with the keys in it, each once. A key that is there with other options or another comment is replaced where it
 * stands. `exclusive`: nothing else stays, comments neither.
 */
export function withKeys(text: string, keys: readonly PublicKey[], exclusive: boolean): string {
  const wanted = new Map(keys.map((key) => [key.blob, key]));
  const seen = new Set<string>();
  const lines = splitLines(text).flatMap((line) => {
    const found = parseKey(line);
    const key = found && wanted.get(found.blob);
    if (found === undefined || key === undefined) return exclusive ? [] : [line];
    // sshd takes the first line that fits: a second one may only say something else.
    if (seen.has(key.blob)) return [];
    seen.add(key.blob);
    return [sameKey(found, key) ? line : `${formatKey(key)}\n`];
  });
  const added = [...wanted.values()].filter(({ blob }) => !seen.has(blob)).map((key) => `${formatKey(key)}\n`);
  if (added.length === 0) return lines.join("");
  return [...lines.map(ended), ...added].join("");
}

/** The file without these keys, whatever their options are. */
export function withoutKeys(text: string, keys: readonly PublicKey[]): string {
  const unwanted = new Set(keys.map(({ blob }) => blob));
  return splitLines(text)
    .filter((line) => !unwanted.has(parseKey(line)?.blob ?? ""))
    .join("");
}
