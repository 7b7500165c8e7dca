import { expect } from "chai";
import type { Task } from "../../src/contract/play.js";
import type { Target } from "../../src/contract/transport.js";
import { registry } from "../../src/modules/index.js";
import { connect } from "../../src/transport/index.js";
import { Lab, type LabHost } from "../lab/index.js";
import { constant, makePlay, makeTask } from "../support/plays.js";
import { start } from "../unit/engine/support.js";
import { rootAt } from "./support.js";

const root = { become: constant(true), becomeUser: constant("root") };
const task = (name: string, args: Record<string, unknown>): Task => {
  const module = registry.get(name);
  if (module === undefined) throw new Error(`no module ${name}`);
  return makeTask(module, { args, ...root });
};

/** Things of many kinds, in turn; those whose module is there. */
const kinds: readonly ((i: number) => Task)[] = [
  (i) => task("file", { path: `/srv/budget${i}`, state: "directory", mode: "0750" }),
  (i) => task("copy", { dest: `/etc/budget${i}`, content: `number ${i}\n`, mode: "0640" }),
  () => task("package", { name: "openssh-server", state: "present" }),
  (i) => task("group", { name: `budget${i % 5}` }),
  ...(registry.has("user") ? [(i: number) => task("user", { name: `budget${i % 5}`, group: `budget${i % 5}` })] : []),
  ...(registry.has("service") ? [() => task("service", { name: "ssh", state: "started", enabled: true })] : []),
];
// A user's group comes before the user.
const mixed = (count: number): readonly Task[] =>
  Array.from({ length: count }, (_, i) => kinds[i % kinds.length]!(Math.floor(i / kinds.length)));

/** By ssh2, as a user who needs sudo: counted, never timed. */
describe("round trips of a host", function () {
  this.timeout(300_000);
  let lab: Lab;
  let target: Target;

  before(async function () {
    this.timeout(600_000);
    lab = await Lab.up({ name: "budgets", fresh: true, hosts: [{ name: "web", kind: "bookworm" }] });
    const host: LabHost = lab.host("web");
    target = { ...rootAt(host), user: "deploy" };
  });
  after(() => lab.down());

  const play = async (tasks: readonly Task[]) => {
    const { statuses, trips } = await start([makePlay(tasks)], { connect: () => connect(target) });
    return { statuses: [...new Set(statuses)], trips };
  };

  for (const count of [10, 100, 1000]) {
    it(`are at most 2 for ${count} tasks of many kinds that have nothing to do`, async () => {
      await play(mixed(count));
      const { statuses, trips } = await play(mixed(count));
      expect(statuses).to.deep.equal(["ok"]);
      expect(trips).to.be.at.most(2);
    });
  }

  it("are at most 4 for the first run of 100 independent tasks", async () => {
    const tasks = Array.from({ length: 100 }, (_, i) => task("copy", { dest: `/etc/first${i}`, content: `${i}\n` }));
    const { statuses, trips } = await play(tasks);
    expect(statuses).to.deep.equal(["changed"]);
    expect(trips).to.be.at.most(4);
  });
});
