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
    ["with_subelements: [[{n: 1, k: [x, y]}, {n: 2, k: []}], k]", '[{"n":1},"x"]', '[{"n":1},"y"]'],
    ["with_subelements: [[{n: 1, o: {k: [x], l: 2}}, {skipped: true}], o.k]", '[{"n":1,"o":{"l":2}},"x"]'],
    ["with_subelements: [[{n: 1}], k, {skip_missing: true}]"],
    ["with_sequence: start=1 end=5 stride=2 format=web%02d", '"web01"', '"web03"', '"web05"'],
    ["with_sequence: count=3", '"1"', '"2"', '"3"'],
    ["with_sequence: end=0 start=2 stride=-1", '"2"', '"1"', '"0"'],
    ["with_sequence: end=0 start=2", "with_sequence: it never gets from 2 to 0 by steps of 1"],
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

for (const speculate of [true, false]) {
  const told = async (text: string, mode: "plan" | "apply" = "apply") =>
    (await play(tasks(text), { hosts: ["a"], run: { speculate, mode } })).told["a"];

  describe(`loops ${speculate ? "with" : "without"} speculation`, () => {
    const collect = `- name: start
  set_fact: {list: [], x0: none}
- name: collect
  set_fact: {list: "<%= [...list, item] %>", "x<%= item %>": "<%= x0 %>"}
  loop: [1, 2, 3]
  when: item !== 2
- name: say
  debug: {msg: "<%= list %> <%= x3 %> <%= defined('x2') %>"}`;

    for (const mode of ["plan", "apply"] as const)
      it(`of set_fact see what items before have set, under names of their own (${mode})`, async () => {
        expect(await told(collect, mode)).to.deep.equal(["start ok", "collect ok", "say ok: [1,3] none false"]);
      });

    it("of set_fact are unknown behind an unknown item in a dry run", async () => {
      const text = `- name: run
  command: "true"
  register: r
- name: collect
  set_fact: {list: "<%= item === 1 ? r.stdout : list %>"}
  loop: [1, 2]
- name: say
  debug: {msg: "<%= list %>"}`;
      expect(await told(text, "plan")).to.deep.equal(["run changed", "collect unknown", "say unknown"]);
    });

    it("need no list where a condition is false without an item", async () => {
      const text = `- name: one
  command: "true"
  register: r
  when: false
- name: two
  debug: {msg: "<%= item %>"}
  loop: r.stdout_lines
  when: "!r.skipped"
- name: three
  debug: {msg: "<%= item %>"}
  loop: r.stdout_lines
  when: item !== 1`;
      expect(await told(text)).to.deep.equal(["one skipped", "two skipped", "three failed"]);
    });
  });
}

for (const speculate of [true, false])
  describe(`a loop whose items ask for its own register, ${speculate ? "with" : "without"} speculation`, () => {
    const run = async (loop: string, mode: "apply" | "plan" = "apply") => {
      const given = { hosts: ["a"], run: { mode, speculate } };
      const ran = await play(tasks(`- name: one\n  register: r\n  ${loop.replaceAll("\n", "\n  ")}`), given);
      const items = ran.events.flatMap((event) => (event.type === "taskSettled" ? event.items : []));
      return { items: items.map(({ status, message }) => message ?? status), trips: ran.trips };
    };
    for (const [what, loop, ...expected] of [
      ["the first sees none", 'command: "true"\nloop: [1, 2]\nwhen: r.failed', "failed", "changed"],
      [
        "until one works",
        "shell: test <%= item %> = 2\nloop: [1, 2, 3]\nwhen: \"!defined('r') || r.failed\"",
        ...["failed", "changed", "skipped"],
      ],
      ["as text", "debug: {msg: \"<%= item %><%= defined('r') ? r.msg : '' %>\"}\nloop: [1, 2, 3]", "1", "21", "321"],
      [
        "with a pause",
        "command: echo <%= item %>\nloop: [1, 2, 3]\nloop_control: {pause: 0.01}\nwhen: item < 3 || r.stdout === '2'",
        ...["changed", "changed", "changed"],
      ],
      ["not at all", "command: 'true'\nloop: [1, 2]\nwhen: item.r !== 'r'", "changed", "changed"],
    ] as const)
      it(what, async () => expect((await run(loop)).items).to.deep.equal(expected));

    it("is unknown in a dry run from the item on that needs a real one", async () => {
      const loop = "command: echo <%= item %>\nloop: [1, 2, 3]\nwhen: item < 2 || r.stdout === '1'";
      expect((await run(loop, "plan")).items).to.deep.equal(["changed", "unknown", "unknown"]);
    });
  });

it("hides what any item of a loop has for a secret, and refuses what can only be one for all", async () => {
  const loop = (keyword: string) =>
    play(tasks(`- name: one\n  command: echo <%= item %>\n  loop: [1, 2]\n  ${keyword}`), { hosts: ["a"] });
  const hidden = (await loop('no_log: "<%= item === 1 %>"')).events.find((event) => event.type === "taskSettled");
  expect(hidden).to.include({ noLog: true });
  const refused = (await loop('ignore_errors: "<%= item === 1 %>"')).events.flatMap((event) =>
    event.type === "taskSettled" ? event.items.map(({ error }) => error?.cause) : [],
  );
  expect(refused[0]).to.contain("may differ from item to item");
});

it("a loop whose register no item asks for goes in one batch", async () => {
  const loop = (register: string) =>
    play(tasks(`- name: one\n  command: echo <%= item %>\n  loop: [1, 2, 3]\n  ${register}`), { hosts: ["a"] });
  expect((await loop("register: r")).trips).to.equal((await loop("when: true")).trips);
});

describe("a condition that begins with !", () => {
  it("is a tag to YAML, and the error says so", async () => {
    const error = await play(tasks("- name: one\n  debug: {msg: no}\n  when: !ready"), {}).catch((it: unknown) => it);
    expect(String(error)).to.contain('p.yml:6:13 !ready is a tag to YAML when it stands first; write "!ready"');
  });
});
