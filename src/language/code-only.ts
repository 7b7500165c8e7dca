/** What stands before a slash that begins a pattern: nothing that could be divided. */
const BEFORE_PATTERN = /(?:^|[([{,;:=!&|?+\-*%<>~^]|\b(?:return|typeof|case|of|void|delete))\s*$/;
const TEXT = /"(?:\\[^]|[^"\\\n])*"|'(?:\\[^]|[^'\\\n])*'|\/\/.*|\/\*[^]*?\*\//y;
const PATTERN = /\/(?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\\n[])+\/[a-z]*/y;
/** Of a text between backticks: up to its end, or to a piece of code in it. */
const PIECE = /(?:\\[^]|\$(?!\{)|[^`\\$])*(?:`|\$\{)/y;

/**
 * A piece of JavaScript with blanks for what is no code in it: texts, patterns, comments. Offsets and lines stay; what
 * stands in `${…}` is code.
 */
export function codeOnly(text: string): string {
  let code = "";
  // How many braces are open in each `${` under way.
  const open: number[] = [];
  const taken = (part: RegExp): string | undefined => {
    part.lastIndex = code.length;
    return part.exec(text)?.[0];
  };
  const piece = (): void => {
    const found = taken(PIECE) ?? text.slice(code.length);
    const end = /(?:`|\$\{)$/.exec(found)?.[0] ?? "";
    code += blank(found.slice(0, found.length - end.length)) + end;
    if (end === "${") open.push(0);
  };
  while (code.length < text.length) {
    const character = text.charAt(code.length);
    const skipped = taken(TEXT) ?? (BEFORE_PATTERN.test(code) ? taken(PATTERN) : undefined);
    const braces = open.at(-1);
    if (skipped !== undefined) code += inner(skipped);
    else if (character === "}" && braces === 0) {
      open.pop();
      code += character;
      piece();
    } else {
      if (braces !== undefined && /[{}]/.test(character)) open[open.length - 1] = braces + (character === "{" ? 1 : -1);
      code += character;
      if (character === "`") piece();
    }
  }
  return code;
}

/** A comment is nothing; of a text or pattern its ends are left, as it is a value. */
function inner(part: string): string {
  if (/^\/[/*]/.test(part)) return blank(part);
  const end = part.lastIndexOf(part.charAt(0));
  return `${part.charAt(0)}${blank(part.slice(1, end))}${part.charAt(0)}${blank(part.slice(end + 1))}`;
}

function blank(part: string): string {
  return part.replace(/[^\n]/g, " ");
}
