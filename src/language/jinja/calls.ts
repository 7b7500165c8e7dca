import { type Args, before, call, type Code, code, LEVELS, method, options } from "./code.js";
import { Untranslatable } from "./tokens.js";

/** Methods of Python, and what JavaScript calls them. */
const METHODS: Readonly<Record<string, string>> = {
  ...{ startswith: "startsWith", endswith: "endsWith", lower: "toLowerCase", upper: "toUpperCase", strip: "trim" },
  ...{ lstrip: "trimStart", rstrip: "trimEnd", replace: "replaceAll", find: "indexOf", index: "indexOf" },
};

const LOOKUPS: Readonly<Record<string, string>> = {
  ...{ env: "env", file: "file", template: "template", pipe: "pipe", lines: "lines", password: "password" },
  ...{ first_found: "firstFound", fileglob: "fileglob", vars: "vars", varnames: "varnames", sequence: "sequence" },
  ...{ inventory_hostnames: "inventoryHostnames", dict: "dict2items" },
};

/** A call of a method or, without `of`, of a function. Throws Untranslatable. */
export function callOf(of: Code | undefined, name: string, args: Args): Code {
  const found = of === undefined ? functionCall(name, args) : methodCall(of, name, args);
  if (found === undefined) throw new Untranslatable();
  return found;
}

function methodCall(of: Code, name: string, { list, named }: Args): Code | undefined {
  if (named.size > 0) return undefined;
  const [first, second] = list;
  const texts = list.map(({ text }) => text);
  const other = METHODS[name];
  if (other !== undefined)
    return ["strip", "lstrip", "rstrip"].includes(name) && first ? undefined : method(of, other, ...texts);
  switch (name) {
    case "keys":
    case "values":
      return call(`Object.${name}`, of.text);
    case "items":
      return call("Object.entries", of.text);
    case "split":
      return first === undefined ? code(`${before(of)}.trim().split(/\\s+/)`) : method(of, "split", ...texts);
    case "join":
      return first === undefined ? undefined : method(first, "join", of.text);
    case "get":
      if (first === undefined) return undefined;
      return code(`${before(of)}[${first.text}] ?? ${second?.text ?? "null"}`, LEVELS.choice);
    default:
      return undefined;
  }
}

function functionCall(name: string, { list, named }: Args): Code | undefined {
  const [first, second, ...more] = list;
  if (["lookup", "query", "q"].includes(name)) return lookup(list, named);
  if (named.size > 0 || more.length > 0) return undefined;
  if (name === "range" && first !== undefined && second === undefined) return code(`[...Array(${first.text}).keys()]`);
  if (name === "dict" && first !== undefined) return call("Object.fromEntries", first.text);
  return undefined;
}

function lookup([name, ...args]: readonly Code[], named: ReadonlyMap<string, Code>): Code | undefined {
  const known = name?.literal === undefined ? undefined : LOOKUPS[name.literal.replace(/^ansible\.builtin\./, "")];
  if (known === undefined) return undefined;
  const rest = new Map(named);
  const otherwise = rest.get("default");
  rest.delete("default");
  rest.delete("errors");
  if (known === "password" && args.some(({ literal }) => literal === undefined || / \w+=/.test(literal)))
    return undefined;
  const files = known === "template" ? args.map(asEjs) : args;
  return call(
    known,
    ...files.map(({ text }) => text),
    ...(otherwise === undefined ? [] : [otherwise.text]),
    ...options(rest),
  );
}

/** Templates are rewritten as well. */
function asEjs(path: Code): Code {
  return path.literal === undefined ? path : code(JSON.stringify(path.literal.replace(/\.j2$/, ".ejs")));
}
