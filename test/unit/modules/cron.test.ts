import { expect } from "chai";
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { cron } from "../../../src/modules/cron.js";
import { LocalHost } from "../../support/local-host.js";
import { obeysLaws } from "../../support/laws.js";
import { parsed, problems } from "./support.js";

describe("cron", () => {
  let host: LocalHost;
  const file = (): string => join(host.folder, "f");
  const args = (more: object) => ({ name: "dump", user: "app", cron_file: file(), ...more });
  const laws = (more: object) => obeysLaws(host, cron, args(more));

  before(async () => {
    host = await LocalHost.open();
  });
  after(() => host.close());

  const dump = "#Ansible: dump\n30 2 * * * app dump\n";
  const other = "#Ansible: other\n* * * * * root x\n";
  const night = { job: "dump", minute: 30, hour: "2" };

  const cases: readonly { title: string; old: string; args: object; becomes: string }[] = [
    { title: "a new entry goes to the end", old: `A=1\n${other}`, args: night, becomes: `A=1\n${other}${dump}` },
    { title: "one that is there", old: dump + other, args: night, becomes: dump + other },
    { title: "another time", old: `#Ansible: dump\n@daily app dump\n${other}`, args: night, becomes: dump + other },
    {
      title: "a special time",
      old: "",
      args: { job: "x", special_time: "reboot" },
      becomes: "#Ansible: dump\n@reboot app x\n",
    },
    {
      title: "disabled",
      old: dump,
      args: { ...night, disabled: true },
      becomes: "#Ansible: dump\n#30 2 * * * app dump\n",
    },
    { title: "enabled again", old: "#Ansible: dump\n#30 2 * * * app dump\n", args: night, becomes: dump },
    {
      title: "one that somebody wrote by hand",
      old: "# ours\n30 2 * * * app dump\n",
      args: night,
      becomes: `# ours\n${dump}`,
    },
    {
      title: "not another's",
      old: "#Ansible: b\n30 2 * * * app dump\n",
      args: night,
      becomes: `#Ansible: b\n30 2 * * * app dump\n${dump}`,
    },
    { title: "a marker without an entry", old: `#Ansible: dump\n${other}`, args: night, becomes: dump + other },
    { title: "a last line without its end", old: dump.trimEnd(), args: night, becomes: dump },
    { title: "gone", old: `A=1\n${dump}${other}`, args: { state: "absent" }, becomes: `A=1\n${other}` },
    { title: "gone, without an entry", old: `#Ansible: dump\n${other}`, args: { state: "absent" }, becomes: other },
    { title: "gone already", old: other.trimEnd(), args: { state: "absent" }, becomes: other.trimEnd() },
    {
      title: "a variable, at the top",
      old: dump,
      args: { name: "A", env: true, job: "x y" },
      becomes: `A="x y"\n${dump}`,
    },
    {
      title: "another value",
      old: `A=1\n${dump}`,
      args: { name: "A", env: true, job: "2" },
      becomes: `A="2"\n${dump}`,
    },
    {
      title: "below another",
      old: `A=1\nC=3\n`,
      args: { name: "B", env: true, value: "2", insertafter: "A" },
      becomes: `A=1\nB="2"\nC=3\n`,
    },
    {
      title: "above another",
      old: `A=1\nC=3\n`,
      args: { name: "B", env: true, job: "2", insertbefore: "C" },
      becomes: `A=1\nB="2"\nC=3\n`,
    },
    { title: "no variable", old: `A=1\n${dump}`, args: { name: "A", env: true, state: "absent" }, becomes: dump },
  ];

  for (const { title, old, args: given, becomes } of cases) {
    it(title, async () => {
      writeFileSync(file(), old);
      const changes = await laws(given);
      expect(readFileSync(file(), "utf8")).to.equal(becomes);
      expect(changes.length).to.equal(old === becomes ? 0 : 1);
    });
  }

  it("tells all names, and keeps a copy", async () => {
    writeFileSync(file(), `A=1\n${other}`);
    const given = parsed(cron, args({ ...night, backup: true }));
    const { state, changes } = await host.look(cron, given);
    const result = cron.result?.(undefined, given, state);
    expect(result).to.deep.include({ jobs: ["other", "dump"], envs: ["A"], cron_file: file() });
    await host.send(changes);
    expect(readdirSync(host.folder).filter((name) => name.startsWith("f."))).to.have.length(1);
    expect(result?.["backup_file"]).to.match(/\/f\..*~$/);
  });

  it("makes the file, and removes it when nothing is left", async () => {
    rmSync(file());
    expect(await laws({ state: "absent" })).to.deep.equal([]);
    await laws(night);
    expect(readFileSync(file(), "utf8")).to.equal(dump);
    const changes = await laws({ state: "absent" });
    expect(changes.map(({ summary }) => summary)).to.deep.equal([`remove ${file()}`]);
    expect(existsSync(file())).to.equal(false);
  });

  it("refuses what cron would take for something else", () => {
    const wrong = (more: object) => problems(cron, { name: "a", job: "x", ...more }).join();
    expect(problems(cron, { name: "a" })).to.deep.equal([": needs job"]);
    expect(wrong({ job: "x\n* * * * * root id" })).to.equal("job: must be one line with a command in it");
    expect(wrong({ name: "a\n* * * * * id" })).to.equal("name: must be one line with a name in it");
    expect(wrong({ minute: "* * * * * root id #" })).to.match(/^minute: must be as cron takes it/);
    expect(wrong({ cron_file: "a.sh", user: "root" })).to.match(/^cron_file: must be a path, or a name of letters/);
    expect(wrong({ cron_file: "../x", user: "root" })).to.match(/^cron_file: must be a path, or a name/);
    expect(wrong({ cron_file: "x" })).to.equal(": needs user with cron_file");
    expect(wrong({ user: "-u" })).to.match(/^user: must be letters/);
    expect(wrong({ special_time: "daily", hour: 3 })).to.equal(": has both special_time and times");
    expect(wrong({ special_time: "noon" })).to.match(/^special_time: must be one of reboot,/);
    expect(wrong({ env: true, name: "A B" })).to.equal("name: is no name of a variable");
    expect(wrong({ backup: true })).to.equal("backup: is for a cron_file only");
  });
});
