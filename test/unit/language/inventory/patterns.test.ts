import { join } from "node:path";
import { expect } from "chai";
import type { FettleError } from "../../../../src/contract/error.js";
import { selectHosts } from "../../../../src/language/inventory/patterns.js";
import { folderWith, messagesOf } from "../support.js";

const HOSTS = ["h1", "h2", "lone", "n1", "n2", "n3", "h9"];
const choices = {
  hosts: HOSTS,
  named: new Set(HOSTS),
  groups: new Map(
    Object.entries({
      all: ["h1", "h2", "lone", "n1", "n2", "n3", "h9"],
      web: ["h1", "n1", "n2", "n3", "h9"],
      aaa: ["h1", "h2"],
      empty: [],
    }),
  ),
};
const select = (pattern: string) => selectHosts(pattern, choices).join(" ");

/** The same hosts as `ansible PATTERN --list-hosts`; in the pattern's order. */
describe("patterns", () => {
  const cases: Readonly<Record<string, string>> = {
    all: "h1 h2 lone n1 n2 n3 h9",
    "*": "h1 h2 lone n1 n2 n3 h9",
    h1: "h1",
    empty: "",
    "web:&aaa": "h1",
    "web:!h1": "n1 n2 n3 h9",
    "!h1:web": "n1 n2 n3 h9",
    "h2,h1": "h2 h1",
    "h2 h1": "h2 h1",
    "web:&aaa !n1": "h1",
    "aaa:n*": "h1 h2 n1 n2 n3",
    "~n[12]": "n1 n2",
    "~(h|lone)": "h1 h2 lone h9",
    "~1": "",
    "web[0]": "h1",
    "web[0:1]": "h1 n1",
    "web[0-1]": "h1 n1",
    "web[-1]": "h9",
    "web[1:]": "n1 n2 n3 h9",
    "n?": "n1 n2 n3",
    "h[!1]": "h2 h9",
    "&web": "h1 n1 n2 n3 h9",
    "!web": "h2 lone",
    "web[0:1]:&n*": "n1",
    "nope*": "",
    "n[": "",
    "h[]*": "",
    localhost: "localhost",
  };
  for (const [pattern, hosts] of Object.entries(cases)) it(pattern, () => expect(select(pattern)).to.equal(hosts));

  it("names from a file", () => {
    const folder = folderWith({ failed: "# of yesterday\nn1\n\nh9\n" });
    expect(select(`@${join(folder, "failed")}`)).to.equal("n1 h9");
    expect(messagesOf(() => select(`@${folder}/nope`), folder)).to.deep.equal([
      "nope does not exist; in its folder there are failed",
    ]);
  });

  it("names that nothing has, left out where others add hosts", () => {
    const left: FettleError[] = [];
    const selected = (pattern: string) => selectHosts(pattern, choices, left);
    expect(selected("h2,wbe,nope")).to.deep.equal(["h2"]);
    expect(left.map((error) => error.details.cause)).to.deep.equal([
      'no host and no group is called "wbe"',
      'no host and no group is called "nope"',
    ]);
    expect(messagesOf(() => selected("wbe:!h2"))[0]).to.match(/called "wbe"/);
    expect(messagesOf(() => selected("all:!wbe"))[0]).to.match(/called "wbe"/);
  });

  it("names that nothing has", () => {
    expect(messagesOf(() => select("wbe"))).to.deep.equal([
      'no host and no group is called "wbe"; did you mean "web"?',
    ]);
    expect(messagesOf(() => select("all:!something"))).to.deep.equal([
      'no host and no group is called "something"; `fettle inventory --graph` shows what there is',
    ]);
    expect(messagesOf(() => select("~["))[0]).to.match(/^the pattern "~\[" is not a regular expression: /);
  });
});
