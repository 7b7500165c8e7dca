import { inputError } from "../../contract/error.js";
import { checkOptions, helper, type Helpers, textOf, word } from "./helper.js";

export const VERSIONS: Helpers = {
  versionCompare: helper(
    'versionCompare(a, "ge", b, { strict, versionType })',
    "Whether the versions compare like that: eq, ne, lt, le, gt, ge or ==, !=, <, <=, >, >=. `strict`: only `1.2`, `1.2.3`, " +
      "`1.2a1`; `versionType`: loose, strict or semver.",
    versionCompare,
    "version",
  ),
};

type Part = number | string;

const OPERATORS: Readonly<Record<string, (order: number) => boolean>> = {
  ...alike(["==", "=", "eq"], (order) => order === 0),
  ...alike(["!=", "<>", "ne"], (order) => order !== 0),
  ...alike(["<", "lt"], (order) => order < 0),
  ...alike(["<=", "le"], (order) => order <= 0),
  ...alike([">", "gt"], (order) => order > 0),
  ...alike([">=", "ge"], (order) => order >= 0),
};

function alike<T>(names: readonly string[], value: T): Readonly<Record<string, T>> {
  return Object.fromEntries(names.map((name) => [name, value]));
}

const KINDS: Readonly<Record<string, (a: string, b: string) => number>> = {
  loose: (a, b) => inOrder(looseParts(a), looseParts(b)),
  strict: (a, b) => inOrder(strictParts(a), strictParts(b)),
  semver: compareSemantic,
  semantic: compareSemantic,
};

function versionCompare(a: unknown, operator: unknown, b: unknown, options?: unknown): boolean {
  const { strict = false, versionType } = checkOptions("versionCompare", options, ["strict", "versionType"]);
  const holds = OPERATORS[textOf("versionCompare", operator)];
  if (holds === undefined)
    throw inputError(`versionCompare: there is no operator "${String(operator)}"`, {
      remedy: 'write the version, then "lt", "le", "eq", "ne", "ge" or "gt", then the other',
    });
  const kind = strict === true ? "strict" : word(versionType, "loose");
  const order = KINDS[kind];
  if (order === undefined)
    throw inputError(`versionCompare: there is no versionType "${kind}"`, { remedy: "write loose, strict or semver" });
  const [x, y] = [textOf("versionCompare", a), textOf("versionCompare", b)];
  if (x === "" || y === "") throw inputError("versionCompare: a version is empty");
  return holds(order(x, y));
}

/** Numbers and letters, each a part: `1.2rc1` is 1, 2, rc, 1. */
function looseParts(text: string): readonly Part[] {
  const parts = text.split(/(\d+|[a-z]+|\.)/).filter((part) => part !== "" && part !== ".");
  return parts.map((part) => (/^\d+$/.test(part) ? Number(part) : part));
}

function inOrder(a: readonly Part[], b: readonly Part[]): number {
  for (const [i, x] of a.entries()) {
    const y = b[i];
    if (y === undefined) return 1;
    if (x === y) continue;
    if (typeof x !== typeof y)
      throw inputError(`versionCompare: "${x}" and "${y}" at the same place cannot be compared`, {
        remedy: 'compare up to there, or with { versionType: "semver" }',
      });
    return x < y ? -1 : 1;
  }
  return a.length - b.length;
}

/** A prerelease (a, b) comes before its release. */
function strictParts(text: string): readonly Part[] {
  const [, major, minor, , patch = "0", , letter, number = "0"] =
    /^(\d+)\.(\d+)(\.(\d+))?(([ab])(\d+))?$/.exec(text) ?? [];
  if (major === undefined)
    throw inputError(`versionCompare: "${text}" is no strict version`, { remedy: "such are 1.2, 1.2.3 and 1.2a1" });
  return [Number(major), Number(minor), Number(patch), letter ?? "c", Number(number)];
}

const SEMANTIC =
  /^(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)(?:-((?:0|[1-9]\d*|\d*[a-zA-Z-][\da-zA-Z-]*)(?:\.(?:0|[1-9]\d*|\d*[a-zA-Z-][\da-zA-Z-]*))*))?(?:\+[\da-zA-Z.-]+)?$/;

function compareSemantic(a: string, b: string): number {
  const [x, y] = [a, b].map((text) => {
    const found = SEMANTIC.exec(text);
    if (found === null)
      throw inputError(`versionCompare: "${text}" is no semantic version`, { remedy: "such is 1.2.3-rc.1" });
    return { core: found.slice(1, 4).map(Number), before: found[4]?.split(".") };
  }) as [{ core: number[]; before?: string[] }, { core: number[]; before?: string[] }];
  const order = inOrder(x.core, y.core);
  if (order !== 0 || (x.before === undefined && y.before === undefined)) return order;
  if (x.before === undefined || y.before === undefined) return x.before === undefined ? 1 : -1;
  return comparePrereleases(x.before, y.before);
}

/** Numbers come before letters. */
function comparePrereleases(a: readonly string[], b: readonly string[]): number {
  for (const [i, x] of a.entries()) {
    const y = b[i];
    if (y === undefined) return 1;
    if (x === y) continue;
    const [isX, isY] = [/^\d+$/.test(x), /^\d+$/.test(y)];
    if (isX && isY) return Number(x) - Number(y);
    return isX !== isY ? (isX ? -1 : 1) : x < y ? -1 : 1;
  }
  return a.length - b.length;
}
