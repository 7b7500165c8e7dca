import { inputError } from "../../contract/error.js";
import { shellWords } from "./shell-words.js";

/** Options of the ssh command and what they set. */
const LETTERS: Readonly<Record<string, string>> = {
  p: "port",
  l: "user",
  i: "identityfile",
  J: "proxyjump",
  F: "configfile",
};
/** Without effect here: compression, forwarding, quietness, address family. */
const HARMLESS = new Set(["C", "q", "v", "A", "a", "x", "X", "T", "t", "4", "6", "n"]);

/**
 * `-o UserKnownHostsFile=f -o "ProxyJump=a" -i key -J jump` as options, names in lower case. The first setting of a
 * name wins, as in ssh. Throws an input error for what cannot be honoured.
 */
export function parseSshArgs(args: string, host: string): Readonly<Record<string, string>> {
  const words = shellWords(args)?.map(({ text }) => text);
  if (words === undefined) throw inputError(`ssh arguments of ${host}: a quote is never closed in ${args}`);
  const options: Record<string, string> = {};
  const set = (name: string, value: string): void => {
    options[name.toLowerCase()] ??= value;
  };
  for (let i = 0; i < words.length; i++) {
    const word = words[i] ?? "";
    const letter = word[1] ?? "";
    if (!word.startsWith("-")) throw cannot(word, host);
    if (HARMLESS.has(letter) && word.length === 2) continue;
    const value = word.length > 2 ? word.slice(2) : words[++i];
    if (value === undefined) throw cannot(word, host);
    if (letter === "o") {
      const [, name = "", setting = ""] = /^([A-Za-z]+)\s*[=\s]\s*(.*)$/.exec(value) ?? [];
      if (name === "") throw cannot(`${word} ${value}`, host);
      set(name, setting);
    } else if (LETTERS[letter] !== undefined) set(LETTERS[letter], value);
    else throw cannot(word, host);
  }
  return options;
}

function cannot(word: string, host: string): Error {
  return inputError(`ssh arguments of ${host}: ${JSON.stringify(word)} is not understood`, {
    remedy: "write `-o Name=value`, -p, -l, -i, -J or -F",
  });
}
