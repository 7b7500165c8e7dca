import { type HelperText, helperTexts } from "../language/index.js";
import { cell } from "./markdown.js";

const generated = "<!-- Generated from the functions' own texts by `npm run docs`. -->";

const intro = `Functions that expressions and templates may use besides [JavaScript's own](../expressions.md). A variable of the same name goes
before them. A name is a function only where it is called, or handed over as in \`paths.map(basename)\`: a variable that is
missing stays an error. Options stand in a mapping behind the other arguments, and a misspelt one is an error. They never change
what they are given, and never render what a host has said.`;

/** The page of all functions of expressions. */
export function helpersPage(): string {
  const sections = [...helperTexts()].flatMap(([family, helpers]) => [`## ${family}`, tableOf(helpers)]);
  return `${["# Functions of expressions", generated, intro, ...sections].join("\n\n")}\n`;
}

/** A few lines on one of them, for a terminal. */
export function helperText({ name, call, does, ansible }: HelperText): string {
  const theirs = ansible === undefined || ansible === name ? "" : ` Ansible calls it ${ansible}.`;
  return `${call}\n\n${does}${theirs}\n`;
}

function tableOf(helpers: readonly HelperText[]): string {
  const rows = helpers.map(({ name, call, does, ansible }) => {
    const theirs = ansible === undefined || ansible === name ? "" : ` Ansible's \`${ansible}\`.`;
    return `| \`${cell(call)}\` | ${cell(does)}${theirs} |`;
  });
  return `| Function | |\n|---|---|\n${rows.join("\n")}`;
}
