import { inputError } from "../../contract/error.js";
import { checkOptions, helper, type Helpers, textOf } from "./helper.js";

export const TEXT: Helpers = {
  quote: helper("quote(text)", "The text as one word of a shell.", quote),
  indent: helper(
    "indent(text, width = 4, { first, blank })",
    "Blanks before every line: not the first one unless `first`, nor empty ones unless `blank`. `width` may be a text.",
    indent,
  ),
  comment: helper(
    'comment(text, style = "plain", { decoration, prefix, postfix, … })',
    "The text as a comment: `plain` (#), `erlang` (%), `c` (//), `cblock` or `xml`.",
    comment,
  ),
  capitalize: helper("capitalize(text)", "The first letter big, all others small.", capitalize),
  title: helper("title(text)", "The first letter of every word big, all others small.", title),
};

function quote(text: unknown): string {
  const given = text === null ? "" : textOf("quote", text);
  if (given === "") return "''";
  return /^[\w@%+=:,./-]+$/.test(given) ? given : `'${given.replaceAll("'", `'"'"'`)}'`;
}

function indent(text: unknown, width: number | string = 4, options?: unknown): string {
  const { first = false, blank = false } = checkOptions("indent", options, ["first", "blank"]);
  const before = typeof width === "number" ? " ".repeat(width) : width;
  const lines = textOf("indent", text).split("\n");
  return lines
    .map((line, i) => ((i === 0 ? first !== true : line === "" && blank !== true) ? line : before + line))
    .join("\n");
}

interface Style {
  readonly beginning?: string;
  readonly decoration: string;
  readonly end?: string;
}

const STYLES: Readonly<Record<string, Style>> = {
  plain: { decoration: "# " },
  erlang: { decoration: "% " },
  c: { decoration: "// " },
  cblock: { beginning: "/*", decoration: " * ", end: " */" },
  xml: { beginning: "<!--", decoration: " - ", end: "-->" },
};

const OF_COMMENT = ["newline", "beginning", "prefix", "prefixCount", "decoration", "postfix", "postfixCount", "end"];

function comment(text: unknown, style = "plain", options?: unknown): string {
  const base = STYLES[style];
  if (base === undefined)
    throw inputError(`comment: there is no style "${style}"`, {
      remedy: `known are ${Object.keys(STYLES).join(", ")}`,
    });
  const given = { ...base, ...checkOptions("comment", options, OF_COMMENT) } as Style & Record<string, unknown>;
  const { decoration } = given;
  const part = (name: string, otherwise: string): string => textOf("comment", given[name] ?? otherwise);
  const newline = part("newline", "\n");
  const bare = decoration.trimEnd();
  const [beginning, prefix, postfix, end] = [
    part("beginning", ""),
    part("prefix", bare),
    part("postfix", bare),
    part("end", ""),
  ];
  const head = prefix === "" ? "" : prefix === newline ? newline : prefix + newline;
  const body = (decoration + textOf("comment", text).replaceAll(newline, newline + decoration)).replaceAll(
    decoration + newline,
    bare + newline,
  );
  return [
    beginning === "" ? "" : beginning + newline,
    head.repeat(Number(given["prefixCount"] ?? 1)),
    body,
    (newline + postfix).repeat(Number(given["postfixCount"] ?? 1)),
    end === "" ? "" : newline + end,
  ].join("");
}

function capitalize(text: unknown): string {
  const [first = "", ...rest] = Array.from(textOf("capitalize", text));
  return first.toUpperCase() + rest.join("").toLowerCase();
}

function title(text: unknown): string {
  return textOf("title", text).replace(/[^-\s({[<]+/g, capitalize);
}
