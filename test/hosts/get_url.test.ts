import { expect } from "chai";
import { createHash, randomBytes } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import { getUrl } from "../../src/modules/get_url.js";
import { Lab, type LabHost } from "../lab/index.js";
import { obeysLaws } from "../support/laws.js";
import type { LocalHost } from "../support/local-host.js";
import { serve, type Web } from "../support/web.js";
import { enter } from "./support.js";

const content = randomBytes(300_000);
const sha256 = createHash("sha256").update(content).digest("hex");

/** Tells who asked, after a while. */
function slow({ headers }: IncomingMessage, response: ServerResponse): void {
  setTimeout(() => response.end(headers.authorization ?? "nobody"), 500);
}

describe("get_url on hosts", function () {
  this.timeout(120_000);
  let lab: Lab;
  let web: Web;
  const machines = [
    { name: "b", kind: "bookworm" },
    { name: "t", kind: "trixie" },
    { name: "x", kind: "busybox" },
  ] as const;

  before(async function () {
    this.timeout(600_000);
    lab = await Lab.up({ name: "get-url", fresh: true, hosts: machines });
    web = await serve({ "/f.bin": content, "/SUMS": `${sha256}  f.bin\n`, "/slow": slow }, new URL(lab.url).hostname);
  });
  after(async () => {
    await web.close();
    await lab.down();
  });

  const works = async (host: LocalHost, machine: LabHost): Promise<void> => {
    const laws = async (args: object): Promise<number> =>
      (await obeysLaws(host, getUrl, { url: `${web.url}/f.bin`, dest: "/srv/f.bin", ...args })).length;
    await machine.exec("rm -f /srv/*; mkdir -p /srv");
    expect(await laws({ owner: "deploy", mode: "0640", checksum: `sha256:${web.url}/SUMS` })).to.equal(1);
    expect((await machine.exec("sha256sum /srv/*; stat -c '%U %a %n' /srv/*")).stdout).to.equal(
      `${sha256}  /srv/f.bin\ndeploy 640 /srv/f.bin\n`,
    );
    expect(await laws({ checksum: `sha256:${web.url}/SUMS` })).to.equal(0);
    expect(await laws({ force: true })).to.equal(0);
    await machine.exec("echo other > /srv/f.bin");
    expect(await laws({ checksum: `sha256:${sha256}` })).to.equal(1);
    expect((await machine.exec("ls -A /srv")).stdout).to.equal("f.bin\n");
  };

  for (const { name, kind } of machines) {
    it(`works on a bare ${kind} host`, async () => {
      const host = await enter(lab.host(name));
      await works(host, lab.host(name)).finally(() => host.close());
    });
  }

  const programs = ["wget", "curl"] as const;
  for (const program of programs) {
    it(`works with ${program}, with a login that no process list shows`, async () => {
      const machine = lab.host("b");
      await machine.exec(`sudo apt-get update -q && sudo apt-get install -y -q ${program}`);
      const host = await enter(machine);
      await works(host, machine);
      await machine.exec("rm -f /srv/*");
      const login = { url: `${web.url}/slow`, dest: "/srv/slow", url_username: "me", url_password: "CANARY" };
      const watched = machine.exec(
        `for i in $(seq 200); do cat /proc/[0-9]*/cmdline | tr '\\0' ' '; [ -e /srv/slow ] && exit; sleep 0.02; done`,
      );
      await obeysLaws(host, getUrl, login).finally(() => host.close());
      expect((await machine.exec("cat /srv/slow")).stdout).to.equal(`Basic ${btoa("me:CANARY")}`);
      const { stdout } = await watched;
      expect(stdout).to.include(program).and.not.include("CANARY").and.not.include(btoa("me:CANARY"));
    });
  }
});
