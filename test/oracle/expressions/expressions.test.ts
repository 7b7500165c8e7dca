import { rmSync } from "node:fs";
import { expect } from "chai";
import { translated, translatedTemplate } from "../../../src/language/jinja/index.js";
import { askFettle } from "./ask.js";
import { type Answer, isTemplate, keyOf, layOut, readRecorded, readTable, type Row } from "./table.js";

/** Each row of table.yml, in fettle, against what Ansible said of its Jinja (record.ts has written it down). */
describe("Jinja → EJS", () => {
  const table = readTable();
  const recorded = readRecorded();
  const outside = { ...process.env };
  let folder: string;
  before(() => {
    folder = layOut(table);
    Object.assign(process.env, table.env);
  });
  after(() => {
    process.env = outside;
    rmSync(folder, { recursive: true });
  });

  for (const { title, rows } of table.sections) {
    describe(title, () => {
      for (const row of rows) it(`${row.jinja} → ${row.ejs}`, () => compare(row, recorded[keyOf(row, table)]));
    });
  }

  describe("the remedies for Jinja say the same", () => {
    for (const row of table.sections.flatMap(({ rows }) => rows)) {
      if (row.translated === false || row.error !== undefined) continue;
      it(row.jinja, () => {
        const code = isTemplate(row) ? translatedTemplate(row.jinja) : translated(row.jinja);
        if (code === undefined) throw new Error("there is no rule for it");
        expect(askFettle(row, table, folder, code), code).to.deep.equal(askFettle(row, table, folder));
      });
    }
  });

  it("has one answer of Ansible for each row, and no others", () => {
    const keys = table.sections.flatMap(({ rows }) => rows.map((row) => keyOf(row, table)));
    expect(Object.keys(recorded)).to.deep.equal([...new Set(keys)]);
  });

  function compare(row: Row, theirs: Answer | undefined): void {
    if (theirs === undefined) throw new Error("not recorded; run `npm run oracle:expressions`");
    expectSame(row, theirs, askFettle(row, table, folder));
  }
});

/** What is expected of a row, given Ansible's answer. */
function expectSame(row: Row, theirs: Answer, ours: ReturnType<typeof askFettle>): void {
  if (row.error !== undefined) {
    expect(theirs, "Ansible refuses it too").to.have.property("refused");
    expect(ours).to.deep.equal({ error: row.error });
  } else if (row.differs !== undefined) {
    expect(ours).to.deep.equal({ answer: row.fettle });
    expect(theirs, "it does not differ any more").to.not.deep.equal(ours);
  } else expect(ours).to.deep.equal(theirs);
}
