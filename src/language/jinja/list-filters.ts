import { attribute, before, call, type Code, code, LEVELS, method, property, within } from "./code.js";
import type { Filter } from "./filters.js";
import { tested } from "./tests.js";

/** `select('test', args)`: items that pass. */
const selected =
  (keep: boolean): Filter =>
  (of, { list: [test, ...args], named }) => {
    if (test === undefined) return keep ? method(of, "filter", "Boolean") : method(of, "filter", "(one) => !one");
    return test.literal === undefined
      ? undefined
      : kept(of, tested(code("one"), test.literal, { list: args, named }), keep);
  };

/** `selectattr('name', 'test', args)` */
const selectedBy =
  (keep: boolean): Filter =>
  (of, { list: [path, test, ...args], named }) => {
    if (path?.literal === undefined) return undefined;
    const value = attribute(code("one"), path.literal);
    if (test === undefined) return kept(of, value, keep);
    if (test.literal === undefined) return undefined;
    if (["defined", "undefined"].includes(test.literal)) {
      const isThere = code(`${value.text} !== undefined`, LEVELS.equal);
      return kept(of, isThere, keep === (test.literal === "defined"));
    }
    return kept(of, tested(value, test.literal, { list: args, named }), keep);
  };

function kept(of: Code, test: Code, keep: boolean): Code {
  return method(of, "filter", `(one) => ${keep ? test.text : `!${within(test, LEVELS.unary)}`}`);
}

const extreme =
  (name: string): Filter =>
  (of, { list, named }) =>
    list.length + named.size > 0 ? undefined : call(`Math.${name}`, `...${of.text}`);

/** What JavaScript's own arrays do. */
export const LIST_FILTERS: Readonly<Record<string, Filter>> = {
  list: (of) => (isList(of) ? of : code(`[...${of.text}]`)),
  length: (of) => property(withoutPath(of), "length"),
  count: (of) => property(withoutPath(of), "length"),
  first: (of) => code(`${before(of)}[0]`),
  last: (of) => code(`${before(of)}.at(-1)`),
  reverse: (of) => code(`[...${of.text}].reverse()`),
  join: (of, { list: [between] }) => method(of, "join", between?.text ?? '""'),
  max: extreme("max"),
  min: extreme("min"),
  sum: (of, { named }) => {
    const path = named.get("attribute");
    if (path !== undefined && path.literal === undefined) return undefined;
    const one = path?.literal === undefined ? "one" : attribute(code("one"), path.literal).text;
    return method(of, "reduce", `(all, one) => all + ${one}`, "0");
  },
  select: selected(true),
  reject: selected(false),
  selectattr: selectedBy(true),
  rejectattr: selectedBy(false),
};

/** Jinja gives something else than a list where JavaScript gives one: `| list` behind it says nothing more. */
function isList({ text, path }: Code): boolean {
  return path === undefined && !text.startsWith('"');
}

function withoutPath({ text, level }: Code): Code {
  return code(text, level);
}
