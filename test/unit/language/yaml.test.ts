import { expect } from "chai";
import { toValue } from "../../../src/language/nodes.js";
import { Source } from "../../../src/language/source.js";
import { parseYaml } from "../../../src/language/yaml.js";
import { errorsOf, messagesOf } from "./support.js";

const parse = (text: string, version: "1.1" | "1.2" = "1.2") => parseYaml(new Source("f.yml", text), version);
const value = (text: string, version: "1.1" | "1.2" = "1.2") =>
  JSON.parse(JSON.stringify(toValue(parse(text, version)))) as unknown;
const wrong = (text: string, version: "1.1" | "1.2" = "1.2") => messagesOf(() => parse(text, version))[0];

describe("YAML: structure", () => {
  it("reads mappings, lists, texts; nothing is null", () => {
    expect(value("a: [1, {b: c}]\nd:\n")).to.deep.equal({ a: [1, { b: "c" }], d: null });
    for (const text of ["", "# only\n", "---\n"]) expect(parse(text)).to.equal(null);
  });

  it("reads Windows' line ends and a byte order mark", () => {
    expect(value("\uFEFFa: 1\r\nb: x y\r\nc: |\r\n  q\r\n  r\r\n")).to.deep.equal({ a: 1, b: "x y", c: "q\nr\n" });
  });

  it("takes empty documents before the one, and refuses a second", () => {
    expect(value("---\n---\nb: 2\n...\n")).to.deep.equal({ b: 2 });
    expect(wrong("a: 1\n---\nb: 2")).to.equal("f.yml:3:1 this is a second document; keep one document in a file");
  });

  it("refuses a key that stands twice, however it is written", () => {
    expect(wrong("a: 1\nb: 2\n'a': 3")).to.equal(
      'f.yml:3:1 the key "a" stands here twice (first on line 1); remove one',
    );
  });

  it("refuses keys that reach into objects, at any depth and by merging", () => {
    expect(wrong("x: {__proto__: 1}")).to.equal('f.yml:1:5 "__proto__" cannot be a key; choose another name');
    expect(wrong("constructor: 1")).to.equal('f.yml:1:1 "constructor" cannot be a key; choose another name');
    expect(wrong('<<: {"prototype": 1}')).to.equal('f.yml:1:6 "prototype" cannot be a key; choose another name');
  });

  it("merges mappings, what stands there itself and what comes first wins", () => {
    const text = "a: &a {x: 1, y: 1}\nb: &b {y: 2, z: 2}\nc:\n  <<: [*a, *b]\n  x: 3";
    expect((value(text) as { c: unknown }).c).to.deep.equal({ x: 3, y: 1, z: 2 });
    expect(value("'<<': 1")).to.deep.equal({ "<<": 1 });
    expect(wrong("c:\n  <<: 5")).to.equal(
      "f.yml:2:7 << takes over the keys of a mapping, and this is none; write <<: *name",
    );
  });

  it("names an anchor that is not there, also inside of itself", () => {
    expect(wrong("a: *x")).to.equal("f.yml:1:4 there is no anchor &x above; write &x before the value that is meant");
    expect(wrong("&a [*a]")).to.equal("f.yml:1:5 there is no anchor &a above; write &a before the value that is meant");
  });

  it("stops aliases that multiply", () => {
    const lines = ["a0: &a0 [x,x,x,x,x,x,x,x,x,x]"];
    for (let i = 1; i < 12; i++)
      lines.push(
        `a${i}: &a${i} [${Array(10)
          .fill(`*a${i - 1}`)
          .join(",")}]`,
      );
    expect(wrong(lines.join("\n"))).to.equal(
      "f.yml:6:10 the document grows too big here (aliases multiply it); use fewer *aliases",
    );
  });

  it("reads a file of a quarter of a million values without aliases", () => {
    const text = Array.from({ length: 250_000 }, (_, i) => `- h${i}`).join("\n");
    expect(toValue(parse(text))).to.have.length(250_000);
  });

  it("refuses deep nesting, and shows only what is near", () => {
    const [error] = errorsOf(() => parse("[".repeat(20_000)));
    expect(error?.message).to.equal("f.yml:1:200 this is nested too deeply; does each [ and { have its end?");
    expect(error?.details.excerpt?.split("\n")[0]).to.have.length(165);
    expect(wrong("- ".repeat(20_000) + "x")).to.equal(
      "f.yml:1:401 this is nested too deeply; does each [ and { have its end?",
    );
    expect(wrong("{a: ".repeat(20_000))).to.equal(
      "f.yml:1:794 this is nested too deeply; does each [ and { have its end?",
    );
  });

  it("keeps own tags of texts, and refuses those of lists and mappings", () => {
    expect(parse("!vault |\n  x\n")).to.include({ tag: "!vault", value: "x\n" });
    expect(wrong("a: !x [1]")).to.equal("f.yml:1:4 the tag !x is not supported on a list or mapping; remove it");
    expect(wrong("a: !!binary aGk=")).to.equal("f.yml:1:4 the tag !!binary is not supported; remove it");
    expect(wrong("a: !!int x")).to.equal('f.yml:1:4 "x" is not what !!int says; remove !!int, or mend the value');
    expect(value("a: !!str 5\nb: !!int '5'\nc: ! 5\nd: !!map {}")).to.deep.equal({ a: "5", b: 5, c: "5", d: {} });
  });
});

describe("YAML: what is no YAML", () => {
  const cases: readonly (readonly [text: string, message: string])[] = [
    ["a:\n\tb: 1", "f.yml:2:1 this is not YAML: a tab stands here; indent with spaces"],
    ["\ta: 1", "f.yml:1:1 this is not YAML: a tab stands here; indent with spaces"],
    ["a: @x", 'f.yml:1:4 this is not YAML: a plain text cannot begin with @; write "@x"'],
    ["a: %x", 'f.yml:1:4 this is not YAML: a plain text cannot begin with %; write "%x"'],
    ["a: b: c", 'f.yml:1:5 this is not YAML: a plain text cannot have a colon with a blank behind it; write a: "b: c"'],
    [
      'a: "b" c',
      'f.yml:1:8 this is not YAML: the quoted text ends before this; put all of the value in quotes, and write \\" for a quote in it',
    ],
    ["a: {b: @x}", "f.yml:1:8 this is not YAML: a plain text cannot begin with @; put it in quotes"],
    ["- name:a\n  b: 1", "f.yml:1:8 this is not YAML: there is no blank behind the colon; write name: a"],
    [
      "- a: b\n   c: 1",
      "f.yml:2:4 this is not YAML: this line begins in a column of its own; begin it in column 3, as `a` above",
    ],
    ["a: [1, 2", "f.yml:1:4 this is not YAML: this [ is never closed; write ] where it ends"],
    ["a:\n  b: [1, {c: 2\n  d: 3\ne: 4", "f.yml:2:6 this is not YAML: this [ is never closed; write ] where it ends"],
    ['- a: "x\n  b: y\n- c', 'f.yml:1:6 this is not YAML: this quote is never closed; write " where it ends'],
    ['a: {b: \'x}\nc: "d"\n', "f.yml:1:8 this is not YAML: this quote is never closed; write ' where it ends"],
    ["a: {{ b }}", 'f.yml:1:4 this is a Jinja template, and templates are EJS here; write "<%= b %>"'],
    ["? [a]\n: 1", "f.yml:1:3 a key must be a text, and this is a list or mapping; put it in quotes"],
  ];
  for (const [text, message] of cases) it(JSON.stringify(text), () => expect(wrong(text)).to.equal(message));

  it("shows the line with a caret, tabs kept", () => {
    const [error] = errorsOf(() => parse("a:\r\n  b:\t@x\r\n"));
    expect(error?.details.excerpt).to.equal("2 |   b:\t@x\n        \t^");
  });
});

describe("YAML: scalars", () => {
  const both: Readonly<Record<string, unknown>> = {
    "true": true, "False": false, "TRUE": true, "~": null, "Null": null, "": null, "1": 1, "-7": -7, "+1": 1, "0x1F": 31,
    "1.5": 1.5, ".5": 0.5, "y": "y", "N": "N", "1.2.3": "1.2.3", "2001-01-01": "2001-01-01", "'1'": "1", "'yes'": "yes",
    "Infinity": "Infinity", "<%= x %>": "<%= x %>", "12345678901234567890": "12345678901234567890", "1.55": 1.55,
  }; // prettier-ignore
  const differing: Readonly<Record<string, readonly [in12: unknown, in11: unknown]>> = {
    yes: ["yes", true],
    No: ["No", false],
    on: ["on", true],
    Off: ["Off", false],
    OFF: ["OFF", false],
    "0644": [644, 420],
    "0o644": [420, "0o644"],
    "08": [8, "08"],
    "12:30:45": ["12:30:45", 45045],
    "1_000": ["1_000", 1000],
    "0b11": ["0b11", 3],
    "1e3": [1000, "1e3"],
    "190:20:30.15": ["190:20:30.15", 685230.15],
  };
  for (const [text, expected] of Object.entries(both)) {
    it(`${JSON.stringify(text)} in both`, () => {
      expect(value(`a: ${text}`)).to.deep.equal({ a: expected });
      expect(value(`a: ${text}`, "1.1")).to.deep.equal({ a: expected });
    });
  }
  for (const [text, [in12, in11]] of Object.entries(differing)) {
    it(`${text} in 1.2 and in 1.1`, () => {
      expect(value(`a: ${text}`)).to.deep.equal({ a: in12 });
      expect(value(`a: ${text}`, "1.1")).to.deep.equal({ a: in11 });
    });
  }

  it("a version is never shortened silently", () => {
    expect(wrong("php: 8.0")).to.equal('f.yml:1:6 8.0 would be read as 8; write "8.0" for a text, or 8 for a number');
    expect(wrong("php: 1.10")).to.equal(
      'f.yml:1:6 1.10 would be read as 1.1; write "1.10" for a text, or 1.1 for a number',
    );
    expect(value("php: 8.0\nx: 1.10", "1.1")).to.deep.equal({ php: "8.0", x: 1.1 });
  });
});

describe("YAML: places", () => {
  /** The place of the `^` in a text, by the offset of "x" in its value. */
  const placeOfX = (text: string): string => {
    const map = parse(text);
    const node = map?.kind === "map" ? map.get("a") : undefined;
    if (node?.kind !== "scalar") throw new Error("no scalar a");
    const { line, column } = node.placeAt(String(node.value).indexOf("x"));
    return `${line}:${column}`;
  };
  const cases: readonly (readonly [name: string, text: string, place: string])[] = [
    ["plain", "a: bc x", "1:7"],
    ["plain over lines", "a: b\n   c\n   d x", "3:6"],
    ["single-quoted with quotes", "a: 'it''s x'", "1:11"],
    ["double-quoted with escapes", 'a: "\\u0041\\t\\n\\"x"', "1:17"],
    ["double-quoted over lines", 'a: "b \\\n    c x"', "2:7"],
    ["literal", "a: |\n  b c\n\n    x\n", "4:5"],
    ["literal with an indicator", "a: |2\n    x\n", "2:5"],
    ["folded", "a: >-\n  b\n  c x\n", "3:5"],
    ["tagged", "a: !vault x", "1:11"],
  ];
  for (const [name, text, place] of cases) it(name, () => expect(placeOfX(text)).to.equal(place));

  it("keys, values, quotes and lists", () => {
    const node = parse('a:\n  - "b"\n  - c: d');
    if (node?.kind !== "map") throw new Error("no mapping");
    const list = node.get("a");
    if (list?.kind !== "seq") throw new Error("no list");
    const [first, second] = list.items;
    expect(list.place).to.include({ line: 2, column: 3 });
    expect(first?.place).to.include({ line: 2, column: 5 });
    expect(second?.kind === "map" && second.entries[0]?.keyPlace).to.include({ line: 3, column: 5 });
    expect(second?.kind === "map" && second.entries[0]?.value.place).to.include({ line: 3, column: 8 });
  });
});
