import { expect } from "chai";
import { group } from "../../src/modules/group.js";
import { accountName } from "../../src/probes/account-name.js";
import { group as groupProbe, groupId, groupMembers } from "../../src/probes/group.js";
import { user as userProbe, userGroups, userIds } from "../../src/probes/user.js";
import { Lab, type LabHost } from "../lab/index.js";
import { obeysLaws } from "../support/laws.js";
import { complaint, type LocalHost } from "../support/local-host.js";
import { enter } from "./support.js";

const kinds = ["bookworm", "trixie", "busybox"] as const;
const names = ["app", "media", "deploy", "web", "docs"];
const bystanders = [
  ...names.flatMap((name) => [groupProbe(name), groupId(name), groupMembers(name)]),
  ...names.flatMap((name) => [userProbe(name), userIds(name), userGroups(name)]),
  ...[1500, 1501, 1700].flatMap((id) => [accountName({ kind: "user", id }), accountName({ kind: "group", id })]),
];

describe("accounts", function () {
  this.timeout(120_000);
  let lab: Lab;

  before(async function () {
    this.timeout(600_000);
    lab = await Lab.up({ name: "accounts", fresh: true, hosts: kinds.map((kind) => ({ name: kind, kind })) });
  });

  after(() => lab.down());

  for (const kind of kinds) {
    describe(`on ${kind}`, () => {
      let machine: LabHost;
      let host: LocalHost;

      before(async () => {
        machine = lab.host(kind);
        // Root's shell is not there on the busybox host, and so no login.
        await machine.exec("usermod -s /bin/sh root");
        host = await enter(machine);
      });

      after(() => host.close());

      const laws = async (args: object) =>
        (await obeysLaws(host, group, args, { bystanders })).map((change) => change.summary);

      it("makes, numbers and removes groups", async () => {
        expect(await laws({ name: "media", gid: 1500 })).to.deep.equal(["create group media"]);
        expect(await laws({ name: "media" })).to.deep.equal([]);
        expect(await laws({ name: "media", gid: 1700 })).to.deep.equal(["change gid of group media from 1500 to 1700"]);
        expect(await laws({ name: "app", system: true })).to.deep.equal(["create group app"]);
        expect((await host.ask([groupId("app")]))[0]).to.be.lessThan(1000);
        expect(await laws({ name: "docs", gid: 1700, non_unique: true })).to.deep.equal(["create group docs"]);
        await machine.exec("usermod -a -G docs deploy");
        expect(await laws({ name: "docs", state: "absent" })).to.deep.equal(["remove group docs"]);
        expect(await laws({ name: "app", state: "absent" })).to.deep.equal(["remove group app"]);
        expect(await laws({ name: "app", state: "absent" })).to.deep.equal([]);
        expect(await laws({ name: "media", state: "absent" })).to.deep.equal(["remove group media"]);
      });

      it("moves the users of a group that gets another number", async () => {
        await machine.exec("groupadd web && useradd -M -g web web");
        expect(await laws({ name: "web", gid: 1501 })).to.have.length(1);
        expect((await host.ask([userIds("web")]))[0]).to.include({ gid: 1501 });
        const { changes } = await host.look(group, group.params.parse({ name: "web", state: "absent" }));
        expect(complaint(await host.send(changes))).to.contain("cannot remove the primary group of user 'web'");
        await machine.exec("userdel web");
      });
    });
  }
});
