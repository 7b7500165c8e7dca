/** How a text is written so that YAML 1.1 reads it as this text again; as libyaml decides it, which Ansible writes with. */
export type ScalarStyle = "plain" | "single" | "double";

const IMPLICIT: readonly RegExp[] = [
  /^(?:yes|Yes|YES|no|No|NO|true|True|TRUE|false|False|FALSE|on|On|ON|off|Off|OFF)$/,
  /^[-+]?\d[\d_]*\.[\d_]*(?:[eE][-+]\d+)?$/,
  /^\.\d[\d_]*(?:[eE][-+]\d+)?$/,
  /^[-+]?\d[\d_]*(?::[0-5]?\d)+\.[\d_]*$/,
  /^[-+]?\.(?:inf|Inf|INF)$|^\.(?:nan|NaN|NAN)$/,
  /^[-+]?0b[01_]+$|^[-+]?0[0-7_]+$|^[-+]?(?:0|[1-9][\d_]*)$|^[-+]?0x[\da-fA-F_]+$/,
  /^[-+]?[1-9][\d_]*(?::[0-5]?\d)+$/,
  /^(?:<<|=|~|null|Null|NULL|)$/,
  /^\d{4}-\d\d-\d\d$/,
  /^\d{4}-\d\d?-\d\d?(?:[Tt]|[ \t]+)\d\d?:\d\d:\d\d(?:\.\d*)?(?:[ \t]*(?:Z|[-+]\d\d?(?::\d\d)?))?$/,
];

/** Whether it would be read as something else than a text. */
function looksLikeOther(text: string): boolean {
  return IMPLICIT.some((one) => one.test(text));
}

const BREAK = "\n\u2028\u2029";

/** `isKey`: it must stay on one line. */
export function styleOf(text: string, inFlow: boolean, isKey: boolean): ScalarStyle {
  const isMultiline = new RegExp(`[${BREAK}]`).test(text);
  const mayBePlain = text !== "" && !isMultiline && !/^[ ]|[ ]$/.test(text) && !hasSpecial(text);
  const isFree = mayBePlain && !hasIndicator(text, inFlow);
  if (isFree && !looksLikeOther(text)) return "plain";
  const lineEndsBlank = new RegExp(` [${BREAK}]`).test(text);
  const lineBeginsBlank = new RegExp(`[${BREAK}] `).test(text);
  const isSingle = !hasSpecial(text) && !lineEndsBlank && !lineBeginsBlank && !(isKey && isMultiline);
  return isSingle ? "single" : "double";
}

/** What stands only in double quotes: control characters, tabs among them, the byte order mark, and what lies above U+FFFF. */
function hasSpecial(text: string): boolean {
  return /[^\n\x20-\x7e\xa0-\ud7ff\ue000-\ufffd]|\ufeff/u.test(text);
}

/** Characters that mean something at their place. */
function hasIndicator(text: string, inFlow: boolean): boolean {
  if (/^(?:---|\.\.\.)/.test(text) || /^[#,[\]{}&*!|>'"%@`]/.test(text) || /^-(?:\s|$)/.test(text)) return true;
  if (/^[?:](?:\s|$)/.test(text) || /:(?:\s|$)/.test(text.slice(1)) || /\s#/.test(text)) return true;
  return inFlow && (/^[?:]/.test(text) || /[,?[\]{}:]/.test(text.slice(1)));
}
