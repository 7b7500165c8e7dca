import { expect } from "chai";
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { authorizedKey } from "../../src/modules/authorized_key.js";
import { user } from "../../src/modules/user.js";
import { fileStat } from "../../src/probes/file-stat.js";
import { fileText } from "../../src/probes/file-text.js";
import { connect } from "../../src/transport/index.js";
import { obeysLaws } from "../support/laws.js";
import { complaint } from "../support/local-host.js";
import { makeTask } from "../support/plays.js";
import { onKinds } from "./on-kinds.js";
import { play, rootAt } from "./support.js";

const kinds = ["bookworm", "trixie", "busybox"] as const;
const OTHER = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAINdWcjLEE7wGjFHrRTkVYD+T1xqgqjbExuVbGmXQO0Zz other";
const KEYS = "/home/ada/.ssh/authorized_keys";
const bystanders = ["/home/ada/.ssh", KEYS, "/root/.ssh/authorized_keys", "/srv/keys/ada"].flatMap((path) => [
  fileStat(path),
  fileText(path),
]);

describe("authorized_key", function () {
  this.timeout(120_000);
  const folder = mkdtempSync(join(tmpdir(), "keys-"));
  const keyPath = join(folder, "key");
  let key: string;

  before(() => {
    execFileSync("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-C", "ada", "-f", keyPath]);
    key = readFileSync(`${keyPath}.pub`, "utf8").trim();
  });

  after(() => rmSync(folder, { recursive: true }));

  onKinds("keys", kinds, (_kind, at) => {
    const laws = async (args: object) =>
      (await obeysLaws(at.host, authorizedKey, { user: "ada", key, ...args }, { bystanders })).map(
        (one) => one.summary,
      );
    const look = (args: object = {}) =>
      at.host.look(authorizedKey, authorizedKey.params.parse({ user: "ada", key, ...args }));
    const failure = (args: object = {}): Promise<string> =>
      look(args).then(
        () => "no failure",
        (error: unknown) => (error as Error).message,
      );
    const sh = async (command: string): Promise<string> => (await at.machine.exec(command)).stdout.trim();
    const owners = (...paths: string[]) => sh(`stat -c '%U:%G %a' ${paths.join(" ")}`);

    it("lets a user in that the same play makes", async () => {
      const tasks = [
        makeTask(user, { name: "user", args: { name: "ada", shell: "/bin/sh" } }),
        makeTask(authorizedKey, { name: "keys", args: { user: "ada", key } }),
        makeTask(authorizedKey, { name: "others", args: { user: "ada", key: OTHER } }),
      ];
      const changed = ["user: changed", "keys: changed", "others: changed"];
      expect(await play(at.machine, "plan", tasks, [])).to.deep.equal({ verdicts: changed, errors: [], unsettled: 0 });
      expect(await sh("ls /home")).to.not.contain("ada");
      expect(await play(at.machine, "apply", tasks, [])).to.deep.equal({ verdicts: changed, errors: [], unsettled: 0 });
      expect(await owners("/home/ada/.ssh", KEYS)).to.equal("ada:ada 700\nada:ada 600");
      const ada = await connect({ ...rootAt(at.machine), user: "ada", privateKeyFile: keyPath });
      await ada.close();
      expect(await laws({ key: OTHER, state: "absent" })).to.deep.equal([`write ${KEYS}`]);
    });

    it("changes and removes keys", async () => {
      expect(await laws({})).to.deep.equal([]);
      expect(await laws({ key_options: "no-pty" })).to.deep.equal([`write ${KEYS}`]);
      expect(await sh(`cat ${KEYS}`)).to.equal(`no-pty ${key}`);
      await at.machine.exec("chmod 755 /home/ada/.ssh; chown root:root /home/ada/.ssh/authorized_keys");
      expect(await failure()).to.equal(
        `${KEYS} is root's (mode 0600), so that ada may not read it; make it ada's in an earlier task (file: path=${KEYS} owner=ada)`,
      );
      await at.machine.exec("chmod 644 /home/ada/.ssh/authorized_keys");
      expect(await laws({})).to.deep.equal([`write ${KEYS}`]);
      expect(await owners("/home/ada/.ssh", KEYS)).to.equal("ada:ada 700\nada:ada 600");
      expect(await laws({ state: "absent" })).to.deep.equal([`write ${KEYS}`]);
      expect(await laws({ state: "absent" })).to.deep.equal([]);
    });

    it("leaves a folder of root's that path names as it is", async () => {
      await at.machine.exec("mkdir -p -m 755 /srv/keys");
      expect(await laws({ path: "/srv/keys/ada" })).to.deep.equal(["write /srv/keys/ada"]);
      expect(await owners("/srv/keys", "/srv/keys/ada")).to.equal("root:root 755\nada:ada 600");
      expect(await failure({ path: "/srv/keys/other/deep/ada" })).to.match(/^\/srv\/keys\/other is no folder that is/);
      await at.machine.exec("rm -r /srv/keys");
    });

    it("goes through no link of the user's", async () => {
      await at.machine.exec("rm -r /home/ada/.ssh; su -s /bin/sh ada -c 'ln -s /root/.ssh /home/ada/.ssh'");
      expect(await failure()).to.equal(
        "/home/ada/.ssh is a symbolic link that ada owns, who could point it anywhere; remove the link, or act as ada (become_user)",
      );
      await at.machine.exec(
        "su -s /bin/sh ada -c 'rm ~ada/.ssh; mkdir -m 700 ~ada/.ssh; ln -s /etc/shadow ~ada/.ssh/authorized_keys'",
      );
      expect(await failure()).to.match(/^\/home\/ada\/\.ssh\/authorized_keys is a symbolic link that ada owns/);
      await at.machine.exec("rm -r /home/ada/.ssh; mkdir /home/ada/.ssh");
      expect(await failure()).to.match(
        /^\/home\/ada\/\.ssh is root's \(mode 0755\) and not ada's, and others than root/,
      );
      await at.machine.exec("rm -r /home/ada/.ssh");
    });

    it("is not led astray by a user who swaps links while it works", async () => {
      const before = await sh("sha256sum /root/.ssh/authorized_keys /etc/shadow");
      await at.machine.exec("su -s /bin/sh ada -c 'mkdir -m 700 ~ada/.ssh && echo \"# a\" >~ada/.ssh/authorized_keys'");
      const swap = `cd ~ada; i=0; while [ $i -lt 150 ]; do i=$((i+1))
mv .ssh s; ln -s /root/.ssh .ssh; rm .ssh; mv s .ssh
mv .ssh/authorized_keys .ssh/k; ln -s /etc/shadow .ssh/authorized_keys; rm -f .ssh/authorized_keys; mv .ssh/k .ssh/authorized_keys; done`;
      const swapping = at.machine.exec("su -s /bin/sh ada", swap);
      let tries = 0;
      for (const state = { over: false }; !state.over && tries < 200; tries++) {
        void swapping.then(() => (state.over = true));
        const given = { state: tries % 2 === 0 ? "present" : "absent" };
        await look(given).then(
          ({ changes }) => at.host.send(changes),
          () => undefined,
        );
      }
      await swapping;
      expect(tries).to.be.greaterThan(3);
      expect(await sh("sha256sum /root/.ssh/authorized_keys /etc/shadow")).to.equal(before);
      expect(await sh("cat /home/ada/.ssh/* | grep -c '^root:'")).to.equal("0");
      expect(await owners("/etc/shadow", "/root/.ssh")).to.match(/^root:shadow 640\nroot:root 700$/);
    });

    it("writes nothing that the user could not have read", async () => {
      await at.machine.exec(
        "rm -rf /home/ada/.ssh; su -s /bin/sh ada -c 'mkdir -m 700 ~ada/.ssh; : >~ada/.ssh/authorized_keys'",
      );
      await at.machine.exec(
        "cp /etc/shadow /tmp/was; chmod 600 /tmp/was; cat /etc/shadow >/home/ada/.ssh/authorized_keys",
      );
      const { changes } = await look();
      await at.machine.exec("su -s /bin/sh ada -c 'ln -sf /etc/shadow ~ada/.ssh/authorized_keys'");
      expect(complaint(await at.host.send(changes))).to.match(/"code":[12].*(denied|can't open)/is);
      await at.machine.exec("rm -rf /home/ada/.ssh /tmp/was");
    });

    it("writes nowhere where the user could not have written", async () => {
      const roots = "/root/.ssh/authorized_keys";
      const old = await sh(`cat ${roots}`);
      await at.machine.exec("su -s /bin/sh ada -c 'mkdir -m 700 ~ada/.ssh'");
      const { changes } = await look();
      await at.machine.exec(
        `mv ${roots} /root/.ssh/kept; su -s /bin/sh ada -c 'rm -r ~/.ssh; ln -s /root/.ssh ~ada/.ssh'`,
      );
      expect(complaint(await at.host.send(changes))).to.match(/"code":[12].*(denied|can't create)/is);
      expect(await sh("ls /root/.ssh")).to.equal("kept");
      await at.machine.exec(`mv /root/.ssh/kept ${roots}; rm /home/ada/.ssh`);
      expect(await sh(`cat ${roots}`)).to.equal(old);
    });
  });
});
