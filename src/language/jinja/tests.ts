import { type Args, before, call, type Code, code, LEVELS, options, property, within } from "./code.js";
import { Untranslatable } from "./tokens.js";

type Test = (of: Code, first: Code | undefined, args: Args) => Code | undefined;

const negative = (of: Code): Code => code(`!${within(of, LEVELS.unary)}`, LEVELS.unary);
const flag =
  (name: string): Test =>
  (of) =>
    property(of, name);
const compared =
  (sign: string): Test =>
  (of, first) => {
    const level = sign.length === 3 ? LEVELS.equal : LEVELS.order;
    return first && code(`${within(of, level)} ${sign} ${within(first, level + 1)}`, level);
  };
const typed =
  (name: string): Test =>
  (of) =>
    code(`typeof ${within(of, LEVELS.unary)} === "${name}"`, LEVELS.equal);

const isDefined = (of: Code): Code =>
  of.path === undefined
    ? code(`defaultTo(() => ${of.text}, null) !== null`, LEVELS.equal)
    : call("defined", JSON.stringify(of.path));

/** A literal pattern stands between slashes. */
const matched =
  (start: string): Test =>
  (of, first, { named }) => {
    const pattern = first?.literal;
    if (pattern === undefined || named.size > 0 || /\(\?P|\\[AZ]|^\(\?/.test(pattern)) return undefined;
    const text = start !== "" && !pattern.startsWith("^") && pattern.includes("|") ? `(?:${pattern})` : pattern;
    return code(`/${text.startsWith("^") ? "" : start}${text.replaceAll("/", "\\/")}/.test(${of.text})`);
  };

const all =
  (swapped: boolean): Test =>
  (of, first) => {
    if (first === undefined) return undefined;
    const [inner, outer] = swapped ? [first, of] : [of, first];
    return code(`${before(inner)}.every((one) => ${before(outer)}.includes(one))`);
  };

const TESTS: Readonly<Record<string, Test>> = {
  ...alike(["failed", "failure"], flag("failed")),
  ...alike(["changed", "change"], flag("changed")),
  ...alike(["skipped", "skip"], flag("skipped")),
  ...alike(["succeeded", "success", "successful"], (of) => negative(property(of, "failed"))),
  ...alike(["version", "version_compare"], (of, first, { list, named }) => {
    if (first === undefined) return undefined;
    return call("versionCompare", of.text, list[1]?.text ?? '"eq"', first.text, ...options(named));
  }),
  ...alike(["==", "eq", "equalto", "sameas"], compared("===")),
  ...alike(["!=", "ne"], compared("!==")),
  ...alike([">", "gt", "greaterthan"], compared(">")),
  ...alike(["<", "lt", "lessthan"], compared("<")),
  ...alike([">=", "ge"], compared(">=")),
  ...alike(["<=", "le"], compared("<=")),
  ...alike(["subset", "issubset"], all(false)),
  ...alike(["superset", "issuperset"], all(true)),
  defined: isDefined,
  undefined: (of) => negative(isDefined(of)),
  none: (of) => code(`${within(of, LEVELS.order)} === null`, LEVELS.equal),
  string: typed("string"),
  number: typed("number"),
  boolean: typed("boolean"),
  mapping: (of) => code(`typeof ${within(of, LEVELS.unary)} === "object" && !Array.isArray(${of.text})`, LEVELS.and),
  sequence: (of) => call("Array.isArray", of.text),
  in: (of, first) => first && code(`${before(first)}.includes(${of.text})`),
  contains: (of, first) => first && code(`${before(of)}.includes(${first.text})`),
  any: (of) => code(`${before(of)}.some(Boolean)`),
  all: (of) => code(`${before(of)}.every(Boolean)`),
  match: matched("^"),
  search: matched(""),
  regex: matched(""),
  even: (of) => code(`${within(of, LEVELS.times)} % 2 === 0`, LEVELS.equal),
  odd: (of) => code(`${within(of, LEVELS.times)} % 2 === 1`, LEVELS.equal),
  divisibleby: (of, first) =>
    first && code(`${within(of, LEVELS.times)} % ${within(first, LEVELS.power)} === 0`, LEVELS.equal),
  truthy: (of) => call("Boolean", of.text),
  falsy: negative,
};

function alike(names: readonly string[], test: Test): Readonly<Record<string, Test>> {
  return Object.fromEntries(names.map((name) => [name, test]));
}

/** `of is name(args)`. Throws Untranslatable. */
export function tested(of: Code, name: string, args: Args): Code {
  const test = Object.hasOwn(TESTS, name) ? TESTS[name] : undefined;
  const found = test?.(of, args.list[0], args);
  if (found === undefined) throw new Untranslatable();
  return found;
}
