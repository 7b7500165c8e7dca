import { expect } from "chai";
import type { Effect } from "../../../src/contract/change.js";
import { Unknown } from "../../../src/contract/query.js";
import { disturbs } from "../../../src/contract/change.js";
import { group } from "../../../src/modules/group.js";
import { user } from "../../../src/modules/user.js";
import { LocalHost, noLocal } from "../../support/local-host.js";

/** Dry runs only: the accounts of this machine are read and never changed. */
describe("accounts that are only planned", () => {
  let host: LocalHost;

  before(async () => (host = await LocalHost.open()));
  after(() => host.close());

  const plan = async (args: object, predicted: readonly Effect[] = []) =>
    (await host.look(user, user.params.parse(args), noLocal, predicted)).changes;
  const planGroup = async (args: object) => (await host.look(group, group.params.parse(args))).changes;
  const effectsOf = (changes: readonly { readonly effects: readonly Effect[] }[]) =>
    changes.flatMap(({ effects }) => effects);

  it("take a group that an earlier task makes, with and without a number", async () => {
    for (const gid of [{}, { gid: 64321 }]) {
      const made = effectsOf(await planGroup({ name: "fettle-app", ...gid }));
      const [change, ...more] = await plan({ name: "fettle-ada", group: "fettle-app", groups: "fettle-app" }, made);
      expect(more).to.deep.equal([]);
      expect(change?.summary).to.equal("create user fettle-ada");
      expect(change?.steps[0]).to.have.deep.property(
        "argv",
        "useradd -g fettle-app -G fettle-app -m -- fettle-ada".split(" "),
      );
    }
  });

  it("make the group of the same name known", async () => {
    const made = effectsOf(await plan({ name: "fettle-ada" }));
    const after = await host.look(group, group.params.parse({ name: "fettle-ada" }), noLocal, made);
    expect(after.changes).to.deep.equal([]);
    expect(await plan({ name: "fettle-bob", groups: "fettle-ada" }, made)).to.have.length(1);
  });

  it("know what they can and call the rest unknown", async () => {
    const made = effectsOf(await plan({ name: "fettle-ada" }));
    expect(await plan({ name: "fettle-ada", shell: "/bin/ash" }, made)).to.have.length(1);
    const numbered: unknown = await plan({ name: "fettle-ada", uid: 64321 }, made).catch((thrown: unknown) => thrown);
    expect(numbered).to.be.instanceOf(Unknown);
    const grouped = effectsOf(await planGroup({ name: "fettle-app" }));
    // A new group is nobody's, whatever its number.
    const [moved] = await plan({ name: "root", group: "fettle-app" }, grouped);
    expect(moved?.steps[0]).to.have.deep.property("argv", ["usermod", "-g", "fettle-app", "--", "root"]);
    expect(moved?.after).to.deep.equal({ gid: "fettle-app" });
  });

  it("do not say that a user is there whom a package may bring", async () => {
    const installed = [disturbs("user:*"), disturbs("group:*"), disturbs("file:*")];
    const unsure: unknown = await plan({ name: "fettle-ada" }, installed).catch((thrown: unknown) => thrown);
    expect(unsure).to.be.instanceOf(Unknown);
  });

  it("plan a new user although a package may bring the host's other settings", async () => {
    const [change] = await plan({ name: "fettle-ada" }, [disturbs("file:*"), disturbs("group:*")]);
    expect(change?.summary).to.equal("create user fettle-ada");
  });

  it("fail for a group that nobody makes", async () => {
    const error: unknown = await plan({ name: "root", groups: "fettle-none" }).catch((thrown: unknown) => thrown);
    expect((error as Error).message).to.equal(
      "there is no group fettle-none; make it in an earlier task with the module group",
    );
  });
});
