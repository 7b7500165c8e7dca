import { expect } from "chai";
import { ProbeFailure, type Query, type Read } from "../../../../src/contract/query.js";
import { command } from "../../../../src/modules/command.js";
import type { GuardParams } from "../../../../src/modules/run/params.js";
import { lookAtGuards } from "../../../../src/modules/run/skip.js";

/** A host where only these paths exist; others that begin with /secret cannot be read. */
function host(...existing: string[]) {
  const asked: string[] = [];
  const read = (query: Query<unknown>) => {
    const path = query.key as string;
    asked.push(path);
    if (path.startsWith("/secret")) return Promise.reject(new ProbeFailure("no permission"));
    if (query.probe.kind === "pathMatch") {
      const start = path.slice(0, path.indexOf("*"));
      return Promise.resolve(existing.find((one) => one.startsWith(start)) ?? null);
    }
    return Promise.resolve({ entry: existing.includes(path) ? {} : null });
  };
  // As in an apply.
  const foresee = () => Promise.resolve(undefined);
  return { asked, read: Object.assign(read, { foresee }) as unknown as Read };
}

describe("lookAtGuards", () => {
  it("finds what keeps a command from running", async () => {
    const { read } = host("/here", "/srv/made");
    expect(await lookAtGuards(read, { creates: "/here" })).to.deep.equal({ skip: { kind: "creates", path: "/here" } });
    expect(await lookAtGuards(read, { creates: "/gone" })).to.deep.equal({ skip: null });
    expect(await lookAtGuards(read, { removes: "/gone" })).to.deep.equal({ skip: { kind: "removes", path: "/gone" } });
    expect(await lookAtGuards(read, { removes: "/here" })).to.deep.equal({ skip: null });
    expect(await lookAtGuards(read, { chdir: "/srv", creates: "made" })).to.have.nested.property(
      "skip.path",
      "/srv/made",
    );
  });

  it("looks for what matches a pattern, but does not say that nothing in many folders will", async () => {
    const { read } = host("/srv/made/file");
    const skipped = async (guards: GuardParams) => (await lookAtGuards(read, guards)).skip !== null;
    expect(await skipped({ creates: "/srv/made/*" })).to.equal(true);
    expect(await skipped({ removes: "/srv/made/*" })).to.equal(false);
    expect(await skipped({ creates: "/srv/else/*" })).to.equal(false);
    expect(await skipped({ removes: "/srv/else/*" })).to.equal(true);
    expect(await skipped({ removes: "/srv/else/*/file" })).to.equal(false);
    expect(await skipped({ creates: "/srv/*/file" })).to.equal(true);
  });

  it("leaves to the host what only the host can tell", async () => {
    const { read, asked } = host("/here");
    const guards = { removes: "relative", unless: "true", only_if: "false" };
    expect(await lookAtGuards(read, guards)).to.deep.equal({ skip: null });
    expect(asked).to.deep.equal([]);
    expect(await lookAtGuards(read, { creates: "/secret" })).to.deep.equal({ skip: null });
  });

  it("makes a command one with nothing to do", () => {
    const params = command.params.parse({ cmd: "make", creates: "/here" });
    const seen = { skip: { kind: "creates", path: "/here" } } as const;
    expect(command.diff(seen, params)).to.deep.equal([]);
    expect(command.result?.([], params, seen)).to.include({ changed: false, msg: "did not run, since /here exists" });
  });
});
