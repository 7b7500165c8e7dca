import { expect } from "chai";
import { play, tasks } from "./support.js";

/** The texts that a loop of debug says. */
async function said(loop: string, message: string, files: Readonly<Record<string, string>> = {}) {
  const text = `- name: say\n  debug: {msg: "<%= ${message} %>"}\n  ${loop.replaceAll("\n", "\n  ")}`;
  const ran = await play(tasks(text), { hosts: ["a"], files });
  return ran.events.flatMap((event) =>
    event.type === "taskSettled" ? event.items.map((item) => item.message ?? item.error?.cause ?? "") : [],
  );
}

const json = "JSON.stringify(item)";

describe("with_…", () => {
  for (const [loop, ...expected] of [
    ["with_items: [1, [2, 3], [[4]]]", "1", "2", "3", "[4]"],
    ["with_items: 5", "5"],
    ["with_list: [1, [2]]", "1", "[2]"],
    ["with_flattened: [1, [2, [3]]]", "1", "2", "3"],
    ["with_dict: {b: 1, a: 2}", '{"key":"b","value":1}', '{"key":"a","value":2}'],
    ["with_indexed_items: [x, y]", '[0,"x"]', '[1,"y"]'],
    ["with_together: [[1, 2], [3]]", "[1,3]", "[2,null]"],
    ["with_nested: [[1, 2], [3, 4]]", "[1,3]", "[1,4]", "[2,3]", "[2,4]"],
    [
      "with_subelements: [[{n: 1, k: [x, y]}, {n: 2, k: []}], k]",
      '[{"n":1,"k":["x","y"]},"x"]',
      '[{"n":1,"k":["x","y"]},"y"]',
    ],
    ["with_subelements: [[{n: 1}], k, {skip_missing: true}]"],
    ["with_sequence: start=1 end=5 stride=2 format=web%02d", '"web01"', '"web03"', '"web05"'],
    ["with_sequence: count=3", '"1"', '"2"', '"3"'],
    ["with_sequence: end=0 start=2", '"2"', '"1"', '"0"'],
    ["with_sequence: 4-8/2:n%x", '"n4"', '"n6"', '"n8"'],
  ] as const)
    it(loop, async () => expect(await said(loop, json)).to.deep.equal(expected));

  it("with_fileglob finds files of the controller, sorted, no folders and no hidden ones", async () => {
    const files = {
      "files/b.conf": "",
      "files/a.conf": "",
      "files/.c.conf": "",
      "files/d.conf/x": "",
      "files/e.txt": "",
    };
    expect(await said("with_fileglob: '*.conf'", "item.split('/').at(-1)", files)).to.deep.equal(["a.conf", "b.conf"]);
  });

  it("with_first_found takes the first that is there", async () => {
    const files = { "files/two": "" };
    expect(await said("with_first_found: [one, two, three]", "item.split('/').at(-1)", files)).to.deep.equal(["two"]);
    expect((await said("with_first_found: [one]", "item"))[0]).to.contain("none of the files is there");
  });
});

describe("loop_control", () => {
  it("extended tells where in the loop an item stands", async () => {
    const loop = "loop: [x, y, z]\nloop_control: {extended: true}";
    const message =
      "ansible_loop.index + '/' + ansible_loop.length + ' ' + ansible_loop.first + ' ' + ansible_loop.last + ' ' + ansible_loop.previtem";
    expect(await said(loop, message)).to.deep.equal([
      "1/3 true false undefined",
      "2/3 false false x",
      "3/3 false true y",
    ]);
  });
});

describe("the register of a loop", () => {
  it("says changed of commands that failed: they have done something all the same", async () => {
    const text =
      '- name: fail\n  command: "false"\n  loop: [1, 2]\n  register: r\n  ignore_errors: true\n- name: see\n  debug: {msg: "<%= r.changed %> <%= r.failed %>"}';
    const ran = await play(tasks(text), { hosts: ["a"] });
    expect(ran.told["a"]?.at(-1)).to.equal("see ok: true true");
  });
});
