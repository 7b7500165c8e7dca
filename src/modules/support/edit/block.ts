import { hostError } from "../../../contract/error.js";
import { type Codec, ended, splitLines, withoutEnd } from "./codec.js";
import type { Edited } from "./edit.js";
import type { BlockParams } from "./block-params.js";
import { compileRegex } from "../../../contract/python-regex.js";

/** The block between its markers, where it stands already or where it shall be inserted; without lines it is removed. */
export function withBlock({ text, word }: Codec, given: BlockParams): Edited {
  const lines = splitLines(text);
  const marker = (mark: string): string => word(given.marker.replaceAll("{mark}", () => mark));
  const [begin, end] = [marker(given.marker_begin), marker(given.marker_end)];
  const found = findBlock(lines, begin, end, given.path);
  const isWanted = given.state === "present" && given.block !== "";
  if (!isWanted && found === undefined) return { text, result: { msg: "" } };
  const at = found?.from ?? placeOf(text, lines, given, word);
  const before = lines.slice(0, at).map(ended);
  const after = lines.slice(found === undefined ? at : found.to);
  const block = isWanted ? [begin, ...splitLines(word(given.block)), end].map(ended) : [];
  const above = given.prepend_newline && isWanted && before.length > 0 && before.at(-1) !== "\n" ? ["\n"] : [];
  const below = given.append_newline && isWanted && after.length > 0 && after[0] !== "\n" ? ["\n"] : [];
  const result = [...before, ...above, ...block, ...below, ...after].join("");
  const msg = isWanted ? (lines.length === 0 ? "File created" : "Block inserted") : "Block removed";
  return { text: result, result: { msg: result === text ? "" : msg } };
}

interface Span {
  readonly from: number;
  /** The first line behind. */
  readonly to: number;
}

/** Half a block is nobody's guess: with the next run's markers it could swallow what lies between. */
function findBlock(lines: readonly string[], begin: string, end: string, path: string): Span | undefined {
  const from = lines.findLastIndex((line) => withoutEnd(line) === begin);
  const last = lines.findLastIndex((line) => withoutEnd(line) === end);
  if (from < 0 && last < 0) return undefined;
  if (from >= 0 && from < last) return { from, to: last + 1 };
  const [stray, other] = last < 0 || (from >= 0 && last < from) ? [from, end] : [last, begin];
  const where = other === end ? "after" : "before";
  throw hostError(
    `${path}:${stray + 1} is a marker of the block, but there is no ${JSON.stringify(other)} ${where} it`,
    {
      remedy: "put the block right by hand, or remove the marker",
    },
  );
}

/** Index of the new block's first line. */
function placeOf(text: string, lines: readonly string[], given: BlockParams, word: Codec["word"]): number {
  const { insertafter, insertbefore } = given;
  if (insertbefore === "BOF") return 0;
  const source = insertafter ?? insertbefore;
  if (source === undefined || insertafter === "EOF") return lines.length;
  const pattern = compileRegex(word(source));
  const found = pattern.multiline
    ? matchedLine(text, pattern, insertafter !== undefined)
    : lines.findLastIndex((line) => pattern.test(withoutEnd(line)));
  if (found < 0) return lines.length;
  return insertafter === undefined ? found : Math.min(found + 1, lines.length);
}

/** The line in which a match over several lines ends or begins. */
function matchedLine(text: string, pattern: RegExp, atEnd: boolean): number {
  const match = pattern.exec(text);
  if (match === null) return -1;
  return text.slice(0, match.index + (atEnd ? match[0].length : 0)).split("\n").length - 1;
}
