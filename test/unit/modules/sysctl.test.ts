import { expect } from "chai";
import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { sysctl } from "../../../src/modules/sysctl.js";
import { LocalHost } from "../../support/local-host.js";
import { obeysLaws } from "../../support/laws.js";
import { parsed, problems } from "./support.js";

const name = "net.ipv4.ip_forward";

describe("sysctl", () => {
  let host: LocalHost;
  const file = (): string => join(host.folder, "f.conf");
  const args = (more: object) => ({ name, value: 1, sysctl_file: file(), reload: false, ...more });

  before(async () => {
    host = await LocalHost.open();
  });
  after(() => host.close());

  const cases: readonly { title: string; old: string; args: object; becomes: string }[] = [
    { title: "a new line", old: "# a\nb=1", args: {}, becomes: `# a\nb=1\n${name}=1\n` },
    { title: "one that is there", old: `${name} = 1`, args: {}, becomes: `${name} = 1` },
    { title: "by its other spelling", old: "net/ipv4/ip_forward=1\n", args: {}, becomes: "net/ipv4/ip_forward=1\n" },
    {
      title: "another value, where it stands",
      old: `a=1\n-${name} = 0\nb=2\n`,
      args: {},
      becomes: `a=1\n${name}=1\nb=2\n`,
    },
    {
      title: "the last line counts",
      old: `${name}=0\nb=2\n${name}=1\n`,
      args: {},
      becomes: `${name}=0\nb=2\n${name}=1\n`,
    },
    { title: "and stays alone", old: `${name}=1\nb=2\n${name}=0\n`, args: {}, becomes: `b=2\n${name}=1\n` },
    { title: "words for yes", old: "", args: { value: "Yes" }, becomes: `${name}=1\n` },
    { title: "false", old: "", args: { value: false }, becomes: `${name}=0\n` },
    {
      title: "several numbers, however far apart",
      old: "a.b = 1\t2  3\n",
      args: { name: "a.b", value: "1 2 3" },
      becomes: "a.b = 1\t2  3\n",
    },
    {
      title: "not a comment",
      old: `#${name}=1\n; ${name}=1\n`,
      args: {},
      becomes: `#${name}=1\n; ${name}=1\n${name}=1\n`,
    },
    {
      title: "gone",
      old: `a=1\n${name}=1\n-${name}=0\n`,
      args: { state: "absent", value: undefined },
      becomes: "a=1\n",
    },
  ];

  for (const { title, old, args: given, becomes } of cases) {
    it(title, async () => {
      writeFileSync(file(), old);
      const changes = await obeysLaws(host, sysctl, args(given));
      expect(readFileSync(file(), "utf8")).to.equal(becomes);
      expect(changes.length).to.equal(old === becomes ? 0 : 1);
    });
  }

  it("makes the file, and none to take a line out", async () => {
    rmSync(file());
    expect(await obeysLaws(host, sysctl, args({ state: "absent" }))).to.deep.equal([]);
    expect(existsSync(file())).to.equal(false);
    await obeysLaws(host, sysctl, args({ value: "1" }));
    expect(readFileSync(file(), "utf8")).to.equal(`${name}=1\n`);
  });

  it("does not let the kernel have what it does not know", async () => {
    const params = parsed(sysctl, args({ name: "net.no.such", reload: true }));
    const error: unknown = await host.look(sysctl, params).catch((thrown: unknown) => (thrown as Error).message);
    expect(error).to.equal(
      "the kernel has no setting net.no.such; load the module that brings it in an earlier task, or write ignoreerrors: true",
    );
    const { changes } = await host.look(sysctl, { ...params, ignoreerrors: true });
    expect(changes.at(-1)?.steps).to.deep.equal([{ do: "exec", argv: ["sysctl", "-e", "-p", file()] }]);
  });

  it("refuses what makes no sense", () => {
    const wrong = (more: object) => problems(sysctl, { name, value: "1", ...more }).join();
    expect(problems(sysctl, { name })).to.deep.equal([": needs value"]);
    for (const one of ["../a", "-w", "a b", "a..b", "a/../b", "/a", "a=b", "net.*.x"])
      expect(wrong({ name: one }), one).to.equal("name: is no name of a setting, as net.ipv4.ip_forward is");
    expect(wrong({ value: "1\nkernel.modprobe=/tmp/x" })).to.equal("value: must be one line with something in it");
    expect(wrong({ value: "" })).to.equal("value: must be one line with something in it");
    expect(wrong({ key: name })).to.equal(": has both name and key, which mean the same");
  });
});
