import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { expect } from "chai";
import ts from "typescript";

const SRC = resolve(import.meta.dirname, "../../src");

/** Who may import whom, inside src; every layer may import itself. docs/architecture.md has the same table. */
const ALLOWED: Readonly<Record<string, readonly string[]>> = {
  contract: [],
  probes: ["contract"],
  modules: ["probes", "contract"],
  language: ["contract"],
  transport: ["contract"],
  engine: ["contract"],
  ui: ["contract"],
  reference: ["contract", "modules", "language"],
  cli: ["contract", "probes", "modules", "language", "transport", "engine", "ui", "reference"],
};

/** Third-party libraries and their one home; zod is shared. */
const HOMES: Readonly<Record<string, readonly string[]>> = {
  ssh2: ["transport/ssh2/"],
  listr2: ["ui/"],
  ejs: ["language/"],
  "js-yaml": ["language/"],
  commander: ["cli/"],
  "p-limit": ["engine/", "transport/"],
  diff: ["ui/"],
  "ipaddr.js": ["language/helpers/"],
  unixcrypt: ["language/helpers/"],
};

interface Import {
  readonly from: string;
  readonly to: string;
}

function imports(): readonly Import[] {
  const files = readdirSync(SRC, { recursive: true, encoding: "utf8" }).filter((file) => file.endsWith(".ts"));
  return files.flatMap((file) => {
    const { importedFiles } = ts.preProcessFile(readFileSync(join(SRC, file), "utf8"), true, true);
    return importedFiles.map(({ fileName }) => ({ from: file, to: fileName }));
  });
}

function target({ from, to }: Import): string {
  return relative(SRC, resolve(SRC, dirname(from), to)).replace(/\.js$/, ".ts");
}

const layerOf = (file: string): string => file.split("/")[0] ?? "";

describe("layers", () => {
  const all = imports();
  const own = all.filter(({ to }) => to.startsWith("."));

  it("reads the imports", () => {
    expect(own.length).to.be.greaterThan(50);
  });

  it("import only in the direction of the table", () => {
    const wrong = own.filter((one) => {
      const [from, to] = [layerOf(one.from), layerOf(target(one))];
      return from !== to && !(ALLOWED[from] ?? []).includes(to);
    });
    expect(wrong).to.deep.equal([]);
  });

  it("have no cycles between files, types aside", () => {
    const edges = new Map<string, string[]>();
    for (const one of valueImports(own)) edges.set(one.from, [...(edges.get(one.from) ?? []), target(one)]);
    expect(cycleIn(edges) ?? "").to.equal("");
  });

  it("keep each library in its home", () => {
    const wrong = all.filter(({ from, to }) => {
      if (to.startsWith(".") || to.startsWith("node:") || to === "zod") return false;
      return !(HOMES[to] ?? []).some((home) => from.startsWith(home));
    });
    expect(wrong).to.deep.equal([]);
  });
});

it("zod is imported as a namespace: the bundle takes the messages of all languages otherwise", () => {
  const files = readdirSync(SRC, { recursive: true, encoding: "utf8" }).filter((file) => file.endsWith(".ts"));
  const wrong = files.filter((file) => /^import \{[^}]*\} from "zod"/m.test(readFileSync(join(SRC, file), "utf8")));
  expect(wrong).to.deep.equal([]);
});

/** `import type` costs nothing at run time and may point back. */
function valueImports(edges: readonly Import[]): readonly Import[] {
  return edges.filter(({ from, to }) => {
    const text = readFileSync(join(SRC, from), "utf8");
    const escaped = to.replace(/[.\\/]/g, "\\$&");
    return !new RegExp(`import type [^;]*from "${escaped}"`).test(text);
  });
}

function cycleIn(edges: ReadonlyMap<string, readonly string[]>): string | undefined {
  const done = new Set<string>();
  const visit = (file: string, path: readonly string[]): string | undefined => {
    if (path.includes(file)) return [...path.slice(path.indexOf(file)), file].join(" → ");
    if (done.has(file)) return undefined;
    for (const next of edges.get(file) ?? []) {
      const found = visit(next, [...path, file]);
      if (found !== undefined) return found;
    }
    done.add(file);
    return undefined;
  };
  for (const file of edges.keys()) {
    const found = visit(file, []);
    if (found !== undefined) return found;
  }
  return undefined;
}
