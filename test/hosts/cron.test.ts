import { expect } from "chai";
import { apt } from "../../src/modules/apt.js";
import { cron } from "../../src/modules/cron.js";
import { user } from "../../src/modules/user.js";
import { crontab } from "../../src/probes/crontab.js";
import { fileText } from "../../src/probes/file-text.js";
import { obeysLaws } from "../support/laws.js";
import { makeTask } from "../support/plays.js";
import { onKinds } from "./on-kinds.js";
import { play } from "./support.js";

const kinds = ["bookworm", "trixie", "busybox"] as const;
const bystanders = [...["root", "ada", "deploy"].map(crontab), fileText("/etc/cron.d/site")];
const PROGRAM =
  "there is no program crontab on this host; install the package cron in an earlier task, or name a cron_file";

describe("cron on real hosts", function () {
  this.timeout(120_000);

  onKinds("cron", kinds, (kind, at) => {
    const laws = async (args: object) =>
      (await obeysLaws(at.host, cron, args, { bystanders })).map((change) => change.summary);
    const failure = (args: object): Promise<string> =>
      at.host.look(cron, cron.params.parse(args)).then(
        () => "no failure",
        (error: unknown) => (error as Error).message,
      );
    const sh = async (command: string): Promise<string> => (await at.machine.exec(command)).stdout.trim();

    it("keeps a file of its own, also where there is no cron", async () => {
      const site = { name: "warm", cron_file: "site", user: "deploy", job: "true", special_time: "hourly" };
      await at.machine.exec("mkdir -p /etc/cron.d");
      expect(await laws(site)).to.deep.equal(["write /etc/cron.d/site"]);
      expect(await sh("cat /etc/cron.d/site; stat -c '%U %a' /etc/cron.d/site")).to.equal(
        "#Ansible: warm\n@hourly deploy true\nroot 644",
      );
      expect(await laws({ ...site, job: undefined, state: "absent" })).to.deep.equal(["remove /etc/cron.d/site"]);
      expect(await failure({ name: "a", job: "true" })).to.equal(PROGRAM);
    });

    if (kind === "busybox") return;

    it("plans for a user and a cron that the same play brings", async () => {
      const tasks = [
        makeTask(user, { name: "user", args: { name: "ada" } }),
        makeTask(apt, { name: "apt", args: { name: "cron", update_cache: true } }),
        makeTask(cron, {
          name: "job",
          args: { name: "tick", user: "ada", job: "echo '%' \"$HOME\" >/dev/null", minute: "*/5" },
        }),
      ];
      const changed = ["user: changed", "apt: changed", "job: changed"];
      expect((await play(at.machine, "plan", tasks, [])).verdicts).to.deep.equal(changed);
      expect(await play(at.machine, "apply", tasks, [])).to.deep.equal({ verdicts: changed, errors: [], unsettled: 0 });
      expect(await sh("crontab -u ada -l")).to.equal("#Ansible: tick\n*/5 * * * * echo '%' \"$HOME\" >/dev/null");
    });

    it("keeps crontabs of users, each its own", async () => {
      expect(await laws({ name: "tick", user: "ada", job: "true", special_time: "daily" })).to.deep.equal([
        "write the crontab of ada",
      ]);
      expect(await laws({ name: "MAILTO", env: true, job: "ops@example.org" })).to.deep.equal([
        "write the crontab of root",
      ]);
      expect(await laws({ name: "root's", job: "true", weekday: "mon-fri" })).to.deep.equal([
        "write the crontab of root",
      ]);
      expect(await laws({ name: "root's", job: "true", weekday: "mon-fri" })).to.deep.equal([]);
      expect(await sh("crontab -l")).to.equal('MAILTO="ops@example.org"\n#Ansible: root\'s\n* * * * mon-fri true');
      expect(await laws({ name: "tick", user: "ada", state: "absent" })).to.have.length(1);
      expect(await sh("crontab -u ada -l")).to.equal("");
      expect(await failure({ name: "x", user: "nobody-here", job: "true" })).to.equal(
        "there is no user nobody-here; make it in an earlier task with the module user",
      );
    });

    it("takes over what Ansible has written", async () => {
      await at.machine.exec("crontab -u ada -", "# mine\n#Ansible: b\n@daily b\n#Ansible: a\n1 2 3 4 5 a\n");
      expect(
        await laws({ name: "a", user: "ada", job: "a", minute: 1, hour: 2, day: 3, month: 4, weekday: 5 }),
      ).to.deep.equal([]);
      expect(await laws({ name: "b", user: "ada", job: "b", special_time: "weekly" })).to.have.length(1);
      expect(await sh("crontab -u ada -l")).to.equal("# mine\n#Ansible: b\n@weekly b\n#Ansible: a\n1 2 3 4 5 a");
    });
  });
});
