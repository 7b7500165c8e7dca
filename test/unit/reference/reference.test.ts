import { expect } from "chai";
import * as z from "zod";
import { defineModule } from "../../../src/contract/module.js";
import { registry } from "../../../src/modules/index.js";
import { flag, number, oneOrMore, evaluated, text } from "../../../src/modules/values.js";
import { modulePage, modulePages, paramRows, paramsSchema, taskSchema } from "../../../src/reference/index.js";

const brew = defineModule({
  name: "brew",
  summary: "Make a drink",
  description: "Hot.",
  class: "state",
  freeForm: "drink",
  params: z.strictObject({
    drink: z.enum(["tea", "coffee"]).describe("Which | one."),
    minutes: number().default(3).describe("How long."),
    cups: oneOrMore(text()).optional().describe("Into what."),
    strong: flag().default(false).describe("Much of it."),
    unless: oneOrMore(evaluated()).optional().describe("Not then."),
  }),
  expressions: ["unless"],
  returns: { taste: "How it is." },
  examples: [{ name: "Tea", yaml: "- name: tea\n  brew: tea" }],
  observe: () => Promise.resolve(null),
  diff: () => [],
});

describe("the reference", () => {
  it("describes parameters in words", () => {
    expect(paramRows(brew)).to.deep.equal([
      { name: "drink", type: "one of `tea`, `coffee`", required: true, description: "Which | one." },
      { name: "minutes", type: "number", required: false, default: "3", description: "How long." },
      { name: "cups", type: "list of text or text", required: false, description: "Into what." },
      { name: "strong", type: "boolean", required: false, default: "false", description: "Much of it." },
      { name: "unless", type: "expression or list of expressions", required: false, description: "Not then." },
    ]);
  });

  it("writes a page for a module", () => {
    expect(modulePage(brew, ["cook"])).to.equal(
      `# brew

<!-- Generated from the module's schema by \`npm run docs\`. -->

Make a drink. This module declares a state: a second run changes nothing. Also called \`cook\`.

Hot.

## Parameters

\`brew: text\` sets \`drink\`.

| Parameter | Type | Default | |
|---|---|---|---|
| \`drink\` | one of \`tea\`, \`coffee\` | required | Which \\| one. |
| \`minutes\` | number | \`3\` | How long. |
| \`cups\` | list of text or text |  | Into what. |
| \`strong\` | boolean | \`false\` | Much of it. |
| \`unless\` | expression or list of expressions |  | Not then. |

## Examples

Tea:

\`\`\`yaml
- name: tea
  brew: tea
\`\`\`

## Registered values

| Value | |
|---|---|
| \`taste\` | How it is. |
`,
    );
  });

  it("lists modules and aliases, one page a module", () => {
    const pages = modulePages(
      new Map([
        ["brew", brew],
        ["cook", brew],
      ]),
    );
    expect([...pages.keys()]).to.deep.equal(["README.md", "brew.md"]);
    expect(pages.get("README.md")).to.include("| [`brew`](brew.md) | Make a drink |");
    expect(pages.get("README.md")).to.include("| `cook` | The same as [`brew`](brew.md) |");
    expect(pages.get("brew.md")).to.include("Also called `cook`.");
  });

  it("allows a template wherever a value is wanted", () => {
    const [mapping] = taskSchema(brew).anyOf!;
    expect(mapping!.properties!["drink"]).to.deep.equal({
      description: "Which | one.",
      anyOf: [
        { type: "string", enum: ["tea", "coffee"] },
        { type: "string", pattern: "<%" },
      ],
    });
    expect(mapping)
      .to.include({ additionalProperties: false })
      .and.deep.include({ required: ["drink"] });
    expect(taskSchema(brew).anyOf).to.deep.include({ type: "string" }).and.not.deep.include({ type: "null" });
  });

  for (const spec of new Set(registry.values())) {
    it(`has something to say on every parameter of ${spec.name}`, () => {
      const silent = paramRows(spec).filter((row) => row.description === "" || row.type === "");
      expect(silent.map((row) => row.name)).to.deep.equal([]);
      expect(paramsSchema(spec).type).to.equal("object");
    });
  }
});
