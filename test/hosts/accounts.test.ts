import { expect } from "chai";
import type { ModuleSpec } from "../../src/contract/module.js";
import { group } from "../../src/modules/group.js";
import { user } from "../../src/modules/user.js";
import { accountName } from "../../src/probes/account-name.js";
import { fileStat } from "../../src/probes/file-stat.js";
import { group as groupProbe, groupId, groupMembers } from "../../src/probes/group.js";
import { shadow } from "../../src/probes/shadow.js";
import { user as userProbe, userGroupId, userGroups, userId } from "../../src/probes/user.js";
import { userHome } from "../../src/probes/user-home.js";
import { obeysLaws } from "../support/laws.js";
import { complaint } from "../support/local-host.js";
import { onKinds } from "./on-kinds.js";

const kinds = ["bookworm", "trixie", "busybox"] as const;
const HASH = "$6$saltsalt$qFmFH.bQmmtXzyBY0s9v7Oicd2z4XSIecDzlB5KiA2/jctKu9YterLp8wwnSq.qc.eoxqOmSuNp2xS0ktL3nh/";
const names = ["ada", "svc", "app", "media", "deploy", "web", "docs"];
const bystanders = [
  ...names.flatMap((name) => [groupProbe(name), groupId(name), groupMembers(name)]),
  ...names.flatMap((name) => [userProbe(name), userId(name), userGroupId(name), userGroups(name)]),
  ...["ada", "svc"].flatMap((name) => [shadow(name), userHome({ user: name, path: null })]),
  ...["/home/ada", "/home/ada/.profile", "/home/lovelace", "/home/lovelace/.profile", "/srv/a/b"].map(fileStat),
  ...[1500, 1501, 1601, 1700].flatMap((id) => [accountName({ kind: "user", id }), accountName({ kind: "group", id })]),
];

describe("accounts", function () {
  this.timeout(120_000);

  onKinds("accounts", kinds, (_kind, at) => {
    const under =
      <P, S>(spec: ModuleSpec<P, S>) =>
      async (args: object) =>
        (await obeysLaws(at.host, spec, args, { bystanders })).map((change) => change.summary);
    const laws = (args: object) => under(group)(args);
    const users = (args: object) => under(user)(args);

    it("makes, numbers and removes groups", async () => {
      expect(await laws({ name: "media", gid: 1500 })).to.deep.equal(["create group media"]);
      expect(await laws({ name: "media" })).to.deep.equal([]);
      expect(await laws({ name: "media", gid: 1700 })).to.deep.equal(["change gid of group media from 1500 to 1700"]);
      expect(await laws({ name: "app", system: true })).to.deep.equal(["create group app"]);
      expect((await at.host.ask([groupId("app")]))[0]).to.be.lessThan(1000);
      expect(await laws({ name: "docs", gid: 1700, non_unique: true })).to.deep.equal(["create group docs"]);
      await at.machine.exec("usermod -a -G docs deploy");
      expect(await laws({ name: "docs", state: "absent" })).to.deep.equal(["remove group docs"]);
      expect(await laws({ name: "app", state: "absent" })).to.deep.equal(["remove group app"]);
      expect(await laws({ name: "app", state: "absent" })).to.deep.equal([]);
      expect(await laws({ name: "media", state: "absent" })).to.deep.equal(["remove group media"]);
    });

    it("moves the users of a group that gets another number", async () => {
      await at.machine.exec("groupadd web && useradd -M -g web web");
      expect(await laws({ name: "web", gid: 1501 })).to.have.length(1);
      expect(await at.host.ask([userGroupId("web")])).to.deep.equal([1501]);
      const { changes } = await at.host.look(group, group.params.parse({ name: "web", state: "absent" }));
      expect(complaint(await at.host.send(changes))).to.contain("cannot remove the primary group of user 'web'");
      await at.machine.exec("userdel web");
    });

    it("makes a user with a home, a group and defaults of the host", async () => {
      expect(await users({ name: "ada" })).to.deep.equal(["create user ada"]);
      expect(await at.host.ask([groupProbe("ada")])).to.deep.equal([true]);
      expect((await at.machine.exec("stat -c '%U:%G %a' /home/ada/.profile")).stdout).to.equal("ada:ada 644\n");
      expect(await users({ name: "ada", create_home: true, groups: [] })).to.deep.equal([]);
      expect(await users({ name: "ada", state: "absent", remove: true })).to.deep.equal([
        "remove user ada and the home",
      ]);
      expect(await users({ name: "ada", state: "absent" })).to.deep.equal([]);
      expect((await at.machine.exec("ls /home; getent group ada")).stdout).to.not.contain("ada");
    });

    it("makes a user as told, with the password by stdin", async () => {
      await laws({ name: "media", gid: 1500 });
      const told = {
        ...{ name: "ada", uid: 1700, group: "media", groups: "docs,1601", comment: "Ada L.", home: "/srv/a/b" },
        ...{ shell: "/bin/sh", password: HASH, password_lock: true, expires: 1900000000 },
      };
      const missing: unknown = await users({ name: "ada", groups: "docs" }).catch(
        (error: unknown) => (error as Error).message,
      );
      expect(missing).to.equal("there is no group docs; make it in an earlier task with the module group");
      await at.machine.exec("groupadd docs; groupadd -g 1601 web");
      expect(await users(told)).to.deep.equal(["create user ada"]);
      expect(await at.host.ask([userId("ada"), userGroupId("ada")])).to.deep.equal([1700, 1500]);
      expect((await at.host.ask([shadow("ada")]))[0]).to.deep.equal({ password: `!${HASH}`, expiresDay: 21990 });
      expect((await at.host.ask([userGroups("ada")]))[0]).to.deep.equal(["docs", "web"]);
    });

    it("changes what differs and nothing else", async () => {
      expect(await users({ name: "ada", groups: "docs", append: true })).to.deep.equal([]);
      expect(await users({ name: "ada", groups: ["media", "docs"] })).to.deep.equal(["change user ada: groups"]);
      await at.machine.exec("usermod -a -G media deploy");
      expect(await users({ name: "ada", groups: "web", append: true })).to.deep.equal(["change user ada: groups"]);
      expect(await users({ name: "ada", comment: "Ada", shell: "/usr/sbin/nologin" })).to.deep.equal([
        "change user ada: comment, shell",
      ]);
      expect(await users({ name: "ada", uid: 1501, group: "web" })).to.deep.equal(["change user ada: uid, gid"]);
      expect(await users({ name: "ada", expires: -1 })).to.deep.equal(["change user ada: expires"]);
      expect(await users({ name: "ada", password_lock: false })).to.deep.equal(["change user ada: password"]);
      expect(await users({ name: "ada", password: HASH })).to.deep.equal([]);
      expect(await users({ name: "ada", password: "*", update_password: "on_create" })).to.deep.equal([]);
      expect(await users({ name: "ada", password: "*" })).to.deep.equal(["change user ada: password"]);
      expect(await users({ name: "ada", password_lock: true })).to.deep.equal(["change user ada: password"]);
    });

    it("moves a home, and makes one that is missing", async () => {
      await at.machine.exec("touch /srv/a/b/kept");
      const move = { name: "ada", home: "/home/lovelace", move_home: true };
      expect(await users(move)).to.deep.equal(["change user ada: home"]);
      expect((await at.machine.exec("ls /home/lovelace")).stdout).to.equal("kept\n");
      expect(await users({ name: "ada", home: "/home/ada" })).to.deep.equal(["change user ada: home, home folder"]);
      expect((await at.machine.exec("stat -c '%U:%G' /home/ada/.profile")).stdout).to.equal("ada:web\n");
      await at.machine.exec("rm -r /home/ada");
      expect(await users({ name: "ada", create_home: false })).to.deep.equal([]);
      expect(await users({ name: "ada" })).to.deep.equal(["change user ada: home folder"]);
      expect(await users({ name: "ada", home: "/home/lovelace", create_home: false })).to.deep.equal([
        "change user ada: home",
      ]);
      await users({ name: "ada", state: "absent", remove: true });
      for (const name of ["docs", "media", "web"]) await laws({ name, state: "absent" });
    });

    it("makes a system user without a home, in a group of the same name that is there", async () => {
      await laws({ name: "svc", system: true });
      expect(await users({ name: "svc", system: true, create_home: false })).to.deep.equal(["create user svc"]);
      expect((await at.host.ask([userId("svc")]))[0]).to.be.lessThan(1000);
      expect(await users({ name: "svc", create_home: false, password_lock: false })).to.deep.equal([]);
      expect(await users({ name: "svc", state: "absent" })).to.deep.equal(["remove user svc"]);
    });
  });
});
