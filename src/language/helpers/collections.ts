import { inputError } from "../../contract/error.js";
import { compare, isEqual } from "./compare.js";
import {
  at,
  checkOptions,
  helper,
  type Helpers,
  isMapping,
  listOf,
  mappingOf,
  newMapping,
  textOf,
  word,
} from "./helper.js";
import { combine } from "./combine.js";

export const COLLECTIONS: Helpers = {
  combine: helper(
    "combine(...mappings, { recursive, listMerge })",
    "One mapping of several, the later the stronger. The last argument is taken for options when it holds nothing but " +
      "`recursive` or `listMerge` (replace, keep, append, prepend, append_rp, prepend_rp).",
    combine,
  ),
  dict2items: helper(
    "dict2items(mapping, { keyName, valueName })",
    "A list of `{ key, value }`, in the mapping's order.",
    dict2items,
  ),
  items2dict: helper(
    "items2dict(list, { keyName, valueName })",
    "The mapping of a list of `{ key, value }`.",
    items2dict,
  ),
  equal: helper(
    "equal(a, b)",
    "Whether two values hold the same, as lists and mappings are compared; `===` is for texts, numbers and booleans.",
    (a: unknown, b: unknown) => isEqual(a, b),
    "==",
  ),
  first: helper("first(list)", "The first item; an error when there is none.", (list: unknown) =>
    end("first", list, 0),
  ),
  last: helper("last(list)", "The last item; an error when there is none.", (list: unknown) => end("last", list, -1)),
  unique: helper(
    "unique(list, { caseSensitive, attribute })",
    "Each item once, the first of equal ones; as in Ansible `a` and `A` are equal unless `caseSensitive`. `[...new Set(list)]` " +
      "tells them apart.",
    unique,
  ),
  union: helper("union(a, b)", "What is in either, each once.", (a: unknown, b: unknown) =>
    once([...listOf("union", a), ...listOf("union", b)]),
  ),
  intersect: helper("intersect(a, b)", "What is in both, in the order of the first.", (a: unknown, b: unknown) =>
    once(listOf("intersect", a).filter((one) => has(listOf("intersect", b), one))),
  ),
  difference: helper("difference(a, b)", "What is in the first and not in the second.", (a: unknown, b: unknown) =>
    once(listOf("difference", a).filter((one) => !has(listOf("difference", b), one))),
  ),
  symmetricDifference: helper(
    "symmetricDifference(a, b)",
    "What is in just one of them.",
    symmetricDifference,
    "symmetric_difference",
  ),
  flatten: helper(
    "flatten(list, levels)",
    "Lists in the list as their items; without levels all. Nulls are left out.",
    flatten,
  ),
  zip: helper("zip(...lists)", "Lists of the first items, the second … until the shortest ends.", zip),
  zipLongest: helper(
    "zipLongest(...lists, { fillvalue })",
    "The same until the longest ends.",
    zipLongest,
    "zip_longest",
  ),
  product: helper("product(...lists)", "Every combination of an item of each, the last list the fastest.", product),
  groupBy: helper("groupBy(list, attribute)", "A list of `[value, items]`, by value.", groupBy, "groupby"),
  sort: helper(
    "sort(list, { attribute, reverse, caseSensitive })",
    "A sorted copy: numbers by size, texts without regard to case unless `caseSensitive`.",
    sort,
  ),
  subelements: helper(
    'subelements(list, "path", { skipMissing })',
    "`[item, element]` for each element of the list at the path in each item.",
    subelements,
  ),
  rekeyOnMember: helper(
    'rekeyOnMember(list, "key", { duplicates })',
    "A mapping of mappings by what each holds at the key; `duplicates`: error or overwrite.",
    rekeyOnMember,
    "rekey_on_member",
  ),
};

function has(list: readonly unknown[], one: unknown): boolean {
  return list.some((other) => isEqual(one, other));
}

/** Each once, by what it holds. Texts and numbers by a set: lists of thousands are compared with each other. */
function once(list: readonly unknown[], keyOf: (one: unknown) => unknown = (one) => one): readonly unknown[] {
  const plain = new Set<unknown>();
  const objects: unknown[] = [];
  return list.filter((one) => {
    const key = keyOf(one);
    if (typeof key !== "object" || key === null) return plain.has(key) ? false : plain.add(key);
    return has(objects, key) ? false : objects.push(key) > 0;
  });
}

function end(of: string, list: unknown, index: 0 | -1): unknown {
  const items = typeof list === "string" ? Array.from(list) : listOf(of, list);
  if (items.length > 0) return items.at(index);
  throw inputError(`${of}: the list is empty`, {
    remedy: index === 0 ? "write list[0] ?? …" : "write list.at(-1) ?? …",
  });
}

function unique(list: unknown, options?: unknown): readonly unknown[] {
  const { caseSensitive = false, attribute } = checkOptions("unique", options, ["caseSensitive", "attribute"]);
  return once(listOf("unique", list), (one) => {
    const value = attribute === undefined ? one : at(one, attribute);
    return caseSensitive !== true && typeof value === "string" ? value.toLowerCase() : value;
  });
}

function symmetricDifference(a: unknown, b: unknown): readonly unknown[] {
  const [x, y] = [listOf("symmetricDifference", a), listOf("symmetricDifference", b)];
  return once([...x, ...y]).filter((one) => !(has(x, one) && has(y, one)));
}

function flatten(list: unknown, levels = Infinity): readonly unknown[] {
  return listOf("flatten", list).flatMap((one) => {
    if (one === null || one === undefined) return [];
    return Array.isArray(one) && levels >= 1 ? flatten(one, levels - 1) : [one];
  });
}

function dict2items(mapping: unknown, options?: unknown): readonly unknown[] {
  const { keyName = "key", valueName = "value" } = checkOptions("dict2items", options, ["keyName", "valueName"]);
  const entries = Object.entries(mappingOf("dict2items", mapping));
  return entries.map(([key, value]) =>
    newMapping([
      [String(keyName), key],
      [String(valueName), value],
    ]),
  );
}

function items2dict(list: unknown, options?: unknown): object {
  const { keyName = "key", valueName = "value" } = checkOptions("items2dict", options, ["keyName", "valueName"]);
  return newMapping(
    listOf("items2dict", list).map((item) => {
      const found = mappingOf("items2dict: an item", item);
      const [key, value] = [found[String(keyName)], found[String(valueName)]];
      if (key === undefined || value === undefined)
        throw inputError(`items2dict: an item lacks "${word(key === undefined ? keyName : valueName)}"`);
      return [word(key), value];
    }),
  );
}

function zip(...lists: unknown[]): readonly unknown[] {
  const given = lists.map((list) => listOf("zip", list));
  const length = given.length === 0 ? 0 : Math.min(...given.map((list) => list.length));
  return Array.from({ length }, (_, i) => given.map((list) => list[i]));
}

function zipLongest(...lists: unknown[]): readonly unknown[] {
  const options = isMapping(lists.at(-1)) ? lists.pop() : undefined;
  const { fillvalue = null } = checkOptions("zipLongest", options, ["fillvalue"]);
  const given = lists.map((list) => listOf("zipLongest", list));
  const length = Math.max(0, ...given.map((list) => list.length));
  return Array.from({ length }, (_, i) => given.map((list) => (i < list.length ? list[i] : fillvalue)));
}

function product(...lists: unknown[]): readonly unknown[] {
  const given = lists.map((list) => listOf("product", list));
  return given.reduce<unknown[][]>((all, list) => all.flatMap((one) => list.map((item) => [...one, item])), [[]]);
}

function groupBy(list: unknown, attribute: unknown): readonly unknown[] {
  const sorted = sort(list, { attribute });
  const groups: [unknown, unknown[]][] = [];
  for (const item of sorted) {
    const value = at(item, attribute);
    const last = groups.at(-1);
    if (last !== undefined && isEqual(caseless(last[0]), caseless(value))) last[1].push(item);
    else groups.push([value, [item]]);
  }
  return groups;
}

function caseless(value: unknown): unknown {
  return typeof value === "string" ? value.toLowerCase() : value;
}

function sort(list: unknown, options?: unknown): readonly unknown[] {
  const known = ["attribute", "reverse", "caseSensitive"];
  const { attribute, reverse = false, caseSensitive = false } = checkOptions("sort", options, known);
  const paths = attribute === undefined ? [] : word(attribute).split(",");
  const plain = (value: unknown): unknown => (caseSensitive === true ? value : caseless(value));
  const keyOf = (one: unknown): unknown =>
    paths.length === 0 ? plain(one) : paths.map((path) => plain(at(one, path)));
  const keyed = listOf("sort", list).map((one) => [keyOf(one), one] as const);
  const sign = reverse === true ? -1 : 1;
  return keyed.sort(([a], [b]) => sign * checkedCompare(a, b)).map(([, one]) => one);
}

/** A text and a number have no order. */
function checkedCompare(a: unknown, b: unknown): number {
  const kinds = [a, b].map((one) => (typeof one === "boolean" ? "number" : Array.isArray(one) ? "list" : typeof one));
  if (kinds[0] !== kinds[1] || kinds[0] === "object" || kinds[0] === "undefined")
    throw inputError("sort: these items have no order among each other", { remedy: 'name one: { attribute: "name" }' });
  return compare(a, b);
}

function subelements(list: unknown, path: unknown, options?: unknown): readonly unknown[] {
  const { skipMissing = false } = checkOptions("subelements", options, ["skipMissing"]);
  const items = isMapping(list) ? Object.values(list) : listOf("subelements", list);
  return items.flatMap((item) => {
    const found = at(item, Array.isArray(path) ? path.join(".") : path);
    if (found === undefined && skipMissing === true) return [];
    if (!Array.isArray(found)) throw inputError(`subelements: an item has no list "${textOf("subelements", path)}"`);
    return found.map((element: unknown) => [item, element]);
  });
}

function rekeyOnMember(list: unknown, key: unknown, options?: unknown): object {
  const { duplicates = "error" } = checkOptions("rekeyOnMember", options, ["duplicates"]);
  const made = newMapping();
  for (const item of isMapping(list) ? Object.values(list) : listOf("rekeyOnMember", list)) {
    const value = textOf("rekeyOnMember", at(item, key));
    if (Object.hasOwn(made, value) && duplicates !== "overwrite")
      throw inputError(`rekeyOnMember: "${value}" stands there twice`, {
        remedy: 'or write { duplicates: "overwrite" }',
      });
    made[value] = item;
  }
  return made;
}
