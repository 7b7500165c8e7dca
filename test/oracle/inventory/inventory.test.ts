import { expect } from "chai";
import { answerOf } from "./ask.js";
import { allCases, type Case, hashOf, type Recorded, recordedOf } from "./case.js";

/** The cases of cases/*.yml against what Debian's Ansible said, which record.ts has written down. */
describe("inventories, as Ansible reads them", () => {
  for (const [theme, cases] of allCases()) {
    describe(theme, () => {
      const recorded = recordedOf(theme);
      for (const one of cases) it(one.name, () => check(one, recorded[one.name]));

      it("has one answer for each case", () => {
        expect(Object.keys(recorded)).to.deep.equal(cases.map(({ name }) => name));
      });
    });
  }
});

function check(one: Case, theirs: Recorded | undefined): void {
  if (theirs?.hash !== hashOf(one)) throw new Error("not recorded; run `npm run oracle:inventory`");
  const ours = answerOf(one);
  if (one.error !== undefined) {
    expect(ours).to.deep.equal({ error: one.error });
    if (theirs.answer !== undefined) expect(one.differs, "a reason, as Ansible reads it").to.be.a("string");
  } else if (one.differs !== undefined) {
    expect(ours).to.deep.equal({ answer: one.fettle });
    expect(one.fettle, "it does not differ any more").to.not.deep.equal(theirs.answer);
  } else expect(ours).to.deep.equal({ answer: theirs.answer });
}
