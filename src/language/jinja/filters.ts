import { type Args, attribute, before, call, camel, type Code, code, LEVELS, method, options, within } from "./code.js";
import { LIST_FILTERS } from "./list-filters.js";
import { Untranslatable } from "./tokens.js";

/** undefined: these arguments have no rule. */
export type Filter = (of: Code, args: Args) => Code | undefined;

/** A helper of the same meaning; arguments by name become options, or take their place among the others. */
const helper =
  (name: string, places: readonly string[] = []): Filter =>
  (of, { list, named }) => {
    const rest = new Map(named);
    const args = list.map(({ text }) => text);
    for (const [i, place] of places.entries()) {
      const given = rest.get(place);
      if (given === undefined) continue;
      while (args.length < i) args.push("undefined");
      args[i] = given.text;
      rest.delete(place);
    }
    return call(name, of.text, ...args, ...options(rest));
  };

const toMethod =
  (name: string): Filter =>
  (of, { list }) =>
    method(of, name, ...list.map(({ text }) => text));

const around =
  (name: string): Filter =>
  (of, { list }) =>
    list.length === 0 ? call(name, of.text) : undefined;

const SAME = [
  ...["to_json", "to_nice_json", "to_yaml", "to_nice_yaml", "from_json", "from_yaml", "b64encode", "b64decode", "hash"],
  ...["checksum", "to_uuid", "urlencode", "urldecode", "urlsplit", "password_hash", "quote", "capitalize", "title"],
  ...["basename", "dirname", "splitext", "expanduser", "relpath", "regex_replace", "regex_search", "regex_findall"],
  ...[
    "regex_escape",
    "human_readable",
    "human_to_bytes",
    "random",
    "shuffle",
    "bool",
    "float",
    "combine",
    "dict2items",
  ],
  ...["items2dict", "union", "intersect", "difference", "symmetric_difference", "unique", "zip", "zip_longest"],
  ...["product", "subelements", "rekey_on_member", "ipaddr", "ipv4", "ipv6", "ipwrap", "ipsubnet", "ipmath", "nthhost"],
  ...["strftime", "to_datetime"],
];

const FILTERS: Readonly<Record<string, Filter>> = {
  ...Object.fromEntries(SAME.map((name) => [name, helper(camel(name))])),
  ...LIST_FILTERS,
  default: defaulted,
  d: defaulted,
  mandatory: (of) => of,
  int: helper("int", ["default", "base"]),
  flatten: helper("flatten", ["levels"]),
  sort: helper("sort"),
  groupby: helper("groupBy"),
  random: (of, { list, named }) => (list.length === 0 ? helper("random")(of, { list, named }) : undefined),
  indent: (of, { list: [width, first, ...more], named }) => {
    const rest = new Map(named);
    if (first !== undefined) rest.set("first", first);
    const given = width ?? rest.get("width");
    rest.delete("width");
    const four = given === undefined && rest.size > 0 ? ["4"] : [];
    return more.length > 0
      ? undefined
      : call("indent", of.text, ...(given === undefined ? four : [given.text]), ...options(rest));
  },
  comment: (of, { list, named }) =>
    call(
      "comment",
      of.text,
      ...(list.length === 0 && named.size > 0 ? ['"plain"'] : list.map(({ text }) => text)),
      ...options(named),
    ),
  path_join: (of) => call("pathJoin", `...${of.text}`),
  md5: (of) => call("hash", of.text, '"md5"'),
  sha1: (of) => call("hash", of.text),
  lower: toMethod("toLowerCase"),
  upper: toMethod("toUpperCase"),
  trim: (of, { list }) => (list.length === 0 ? method(of, "trim") : undefined),
  replace: toMethod("replaceAll"),
  split: (of, { list: [by] }) => method(of, "split", by?.text ?? "/\\s+/"),
  string: around("String"),
  abs: around("Math.abs"),
  round: (of, { list: [digits, way] }) => {
    if (way !== undefined) return undefined;
    return digits === undefined ? call("Math.round", of.text) : call("Number", `${before(of)}.toFixed(${digits.text})`);
  },
  pow: (of, { list: [power] }) =>
    power && code(`${within(of, LEVELS.whole)} ** ${within(power, LEVELS.power)}`, LEVELS.power),
  ternary,
  dictsort: (of, { list, named }) =>
    list.length + named.size > 0 ? undefined : call("sort", `Object.entries(${of.text})`, "{ attribute: 0 }"),
};

/** A name is given as a text, so that it need not be there. */
function defaulted(of: Code, { list: [value, isEmptyToo], named }: Args): Code {
  const what = of.path === undefined ? `() => ${of.text}` : JSON.stringify(of.path);
  const otherwise = value ?? named.get("default_value");
  const flag = isEmptyToo ?? named.get("boolean");
  return call("defaultTo", what, otherwise?.text ?? '""', ...(flag === undefined ? [] : [flag.text]));
}

function ternary(of: Code, { list: [yes, no, none] }: Args): Code | undefined {
  if (yes === undefined || no === undefined) return undefined;
  const { choice, or } = LEVELS;
  const plain = `${within(of, or)} ? ${within(yes, or)} : ${within(no, choice)}`;
  return code(none === undefined ? plain : `${of.text} === null ? ${within(none, or)} : ${plain}`, choice);
}

/** `of | name(args)`. Throws Untranslatable. */
export function filtered(of: Code, name: string, args: Args): Code {
  if (name === "map") return mapped(of, args);
  const filter = Object.hasOwn(FILTERS, name) ? FILTERS[name] : undefined;
  const found = filter?.(of, args);
  if (found === undefined) throw new Untranslatable();
  return found;
}

/** `map(attribute=…)`, `map('filter', args)` */
function mapped(of: Code, { list: [name, ...args], named }: Args): Code {
  const one = code("one");
  const path = named.get("attribute");
  if (path !== undefined) {
    if (path.literal === undefined) throw new Untranslatable();
    const otherwise = named.get("default");
    const found = attribute(one, path.literal).text;
    return code(`${before(of)}.map((one) => ${otherwise === undefined ? found : `${found} ?? ${otherwise.text}`})`);
  }
  if (name?.literal === undefined) throw new Untranslatable();
  const short = name.literal.split(".").at(-1) ?? "";
  const found = short === "extract" ? extracted(one, args) : filtered(one, short, { list: args, named });
  const text = found.text.startsWith("{") ? `(${found.text})` : found.text;
  return code(`${before(of)}.map((one) => ${text})`);
}

function extracted(one: Code, [from, ...keys]: readonly Code[]): Code {
  if (from === undefined) throw new Untranslatable();
  return keys.reduce<Code>(
    (all, key) => (key.literal === undefined ? code(`${before(all)}[${key.text}]`) : attribute(all, key.literal)),
    code(`${before(from)}[${one.text}]`),
  );
}
