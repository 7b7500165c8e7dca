import { expect } from "chai";
import { allCases, type Case, commandOf, snapshotsOf, writeSnapshots } from "./case.js";
import { runCase, type Said } from "./run.js";

/** Inputs with a mistake in them: where it is told to be, and the whole text, which snapshots/*.txt have. */
describe("broken inputs", () => {
  for (const [theme, cases] of allCases()) {
    describe(theme, () => {
      const known = snapshotsOf(theme);
      const texts = new Map<string, string>();

      for (const one of cases) {
        it(one.name, async () => {
          const said = await runCase(one);
          texts.set(one.name, shown(one, said));
          check(one, said);
          if (process.env["UPDATE"] === undefined)
            expect(texts.get(one.name), "another text; look at it, then run with UPDATE=1").to.equal(
              known.get(one.name),
            );
        });
      }

      it("has a snapshot of each case", () => {
        if (process.env["UPDATE"] !== undefined) writeSnapshots(theme, texts);
        else expect([...known.keys()]).to.deep.equal(cases.map(({ name }) => name));
      });
    });
  }

  it("a login would leave its trace", async () => {
    const said = await runCase({ name: "right", tasks: "- file: {path: /x, state: absent}\n" });
    expect(said).to.include({ touched: true, status: 4 });
  });
});

function check(one: Case, { status, stdout, stderr, marked, touched }: Said): void {
  const text = stderr + stdout;
  expect(status, text).to.equal(one.status ?? 1);
  expect(text).to.not.match(/defect of fettle|^ +at .*:\d+:\d+\)?$/m);
  if (status === 1) {
    expect(stdout, "stdout").to.equal("");
    expect(touched, "a host was touched").to.equal(false);
  }
  if (one.nowhere === undefined) expect(marked, "a mark in the case, or a reason why there is none").to.not.be.empty;
  expect(placesIn(text), text).to.have.members(marked);
  const remedies = text.split("\n").filter((line) => /^\s+→ |^\((Did you mean|`fettle help)/.test(line)).length;
  if (one.incurable === undefined) expect(remedies, `remedies\n${text}`).to.be.at.least(Math.max(1, marked.length));
}

/** Each error begins with its place. */
function placesIn(text: string): readonly string[] {
  return [...text.matchAll(/^\s*(?:✗ )?([^\s:]+:\d+:\d+) /gm)].map(([, place = ""]) => place);
}

function shown(one: Case, { status, stdout, stderr }: Said): string {
  const words = commandOf(one).map((word) => (/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word}'`));
  const end = status === 1 ? "" : `(exit status ${status})`;
  return [`$ fettle ${words.join(" ")}`, stdout.trimEnd(), stderr.trimEnd(), end]
    .filter((part) => part !== "")
    .join("\n");
}
