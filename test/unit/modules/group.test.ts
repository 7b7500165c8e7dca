import { expect } from "chai";
import { group } from "../../../src/modules/group.js";
import { parsed, problems } from "./support.js";

const absent = { exists: false, gid: null, members: null, missing: undefined };

/** The commands that a group's state leads to. */
function commands(state: typeof absent | object, args: object): string[] {
  return group
    .diff({ ...absent, ...state }, parsed(group, args))
    .flatMap((change) => change.steps.map((step) => (step.do === "exec" ? step.argv.join(" ") : step.do)));
}

describe("group", () => {
  it("says what is wrong with its parameters", () => {
    expect(problems(group, { name: "-r" })).to.deep.equal([
      "name: must be letters, digits, _, - or . and begin with no -",
    ]);
    expect(problems(group, { name: "a:b" })).to.have.length(1);
    expect(problems(group, { name: "app", gid: -1 })).to.deep.equal(["gid: must be between 0 and 4294967294"]);
    expect(problems(group, { name: "app", non_unique: true })).to.deep.equal(["non_unique: needs gid"]);
    expect(problems(group, { name: "app", force: true })).to.deep.equal(["force: needs state: absent"]);
    expect(problems(group, { name: "app", gid: "1500", local: "true", system: false })).to.deep.equal([]);
  });

  it("runs shadow's tools", () => {
    expect(commands({}, { name: "app", gid: 1500, non_unique: true, system: true })).to.deep.equal([
      "groupadd -r -g 1500 -o -- app",
    ]);
    expect(commands({ exists: true, gid: 1 }, { name: "app", gid: 2 })).to.deep.equal(["groupmod -g 2 -- app"]);
    expect(commands({ exists: true, gid: 1 }, { name: "app", state: "absent", force: true })).to.deep.equal([
      "groupdel -f -- app",
    ]);
  });

  it("misses a tool only when it has something to do", () => {
    expect(commands({ exists: true, gid: 5, missing: "groupadd" }, { name: "app" })).to.deep.equal([]);
    expect(() => commands({ missing: "groupadd" }, { name: "app" })).to.throw(
      "this user finds no program groupadd; set become: true; on a host without it, install the package passwd",
    );
  });
});
