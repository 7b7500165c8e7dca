import { expect } from "chai";
import { play, tasks } from "./support.js";

const count = "echo x >>$DIR/n; wc -l <$DIR/n | tr -d ' '";
const see = '- name: see\n  debug: {msg: "<%= r.attempts %> <%= r.stdout %> <%= r.failed %>"}';

for (const speculate of [true, false])
  describe(`until ${speculate ? "with" : "without"} speculation`, () => {
    const run = { speculate };

    it("tries again until its condition holds", async () => {
      const text = `- name: try\n  shell: ${count}\n  register: r\n  until: r.stdout === '3'\n  retries: 5\n  delay: 0\n${see}`;
      const ran = await play(tasks(text), { hosts: ["a"], run });
      expect(ran.told["a"]).to.deep.equal(["try changed", "see ok: 3 3 false"]);
      const left = ran.events.flatMap((event) => (event.type === "taskRetried" ? [event.left] : []));
      expect(left).to.deep.equal([5, 4]);
    });

    it("fails when it never does, and says what", async () => {
      const text = `- name: try\n  shell: ${count}\n  register: r\n  until: r.stdout === 'never'\n  retries: 2\n  delay: 0\n  ignore_errors: true\n${see}`;
      const ran = await play(tasks(text), { hosts: ["a"], run });
      expect(ran.told["a"]).to.deep.equal(["try ignored", "see ok: 3 3 true"]);
      const [first] = ran.events.filter((event) => event.type === "taskSettled");
      expect(first?.items[0]?.error?.cause).to.equal(`until: "r.stdout === 'never'" does not hold after 3 tries`);
    });

    it("retries a command that fails, and counts for each item of a loop by itself", async () => {
      const text = `- name: try\n  shell: test -e $DIR/<%= item %> || { touch $DIR/<%= item %>; false; }\n  register: r\n  loop: [p, q]\n  retries: 1\n  delay: 0\n- name: see\n  debug: {msg: "<%= r.results.map((one) => one.attempts).join() %>"}`;
      const ran = await play(tasks(text), { hosts: ["a"], run });
      expect(ran.told["a"]).to.deep.equal(["try changed", "see ok: 2,2"]);
    });

    it("looks again at what only reads", async () => {
      const text = `- name: make\n  shell: (sleep 0.3; touch $DIR/late) >/dev/null 2>&1 &\n- name: wait\n  stat: {path: $DIR/late}\n  register: r\n  until: r.stat.exists\n  retries: 50\n  delay: 0.05\n- name: see\n  debug: {msg: "<%= r.attempts > 1 %> <%= r.stat.exists %>"}`;
      const ran = await play(tasks(text), { hosts: ["a"], run });
      expect(ran.told["a"]?.slice(1)).to.deep.equal(["wait ok", "see ok: true true"]);
    });
  });

describe("until alone", () => {
  it("is tried three times more", async () => {
    const text = '- name: one\n  command: "false"\n  register: r\n  until: "!r.failed"\n  delay: 0';
    const { events } = await play(tasks(text), { hosts: ["a"] });
    expect(events.filter(({ type }) => type === "taskRetried").length).to.equal(3);
  });
});
