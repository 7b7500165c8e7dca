import { expect } from "chai";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Local } from "../../src/contract/module.js";
import { LocalFiles } from "../../src/language/playbook/local.js";
import { aptRepository } from "../../src/modules/apt_repository.js";
import { deb822Repository } from "../../src/modules/deb822_repository.js";
import { aptListsFresh } from "../../src/probes/apt.js";
import { fileStat } from "../../src/probes/file-stat.js";
import { fileText } from "../../src/probes/file-text.js";
import { Lab, type LabHost } from "../lab/index.js";
import { fettle, verdictsOf } from "../support/cli.js";
import { obeysLaws } from "../support/laws.js";
import { complaint, type LocalHost } from "../support/local-host.js";
import { type SigningKey, Workshop } from "../support/signed-repository.js";
import { serve, type Web } from "../support/web.js";
import { scopeOf } from "../unit/language/scopes.js";
import { enter } from "./support.js";

const kinds = ["bookworm", "trixie"] as const;
const KEY = "/etc/apt/keyrings/mine.gpg";
const SOURCE = "/etc/apt/sources.list.d/mine.sources";

describe("apt_repository on hosts", function () {
  this.timeout(120_000);
  let lab: Lab;
  let web: Web;
  let workshop: Workshop;
  let key: SigningKey;
  let other: SigningKey;
  const local: Local = new LocalFiles([], scopeOf(""));
  const pages: Record<string, Buffer> = {};

  before(async function () {
    this.timeout(600_000);
    workshop = new Workshop();
    [key, other] = [workshop.key(), workshop.key("rsa3072")];
    Object.assign(pages, { "/key.asc": Buffer.from(key.armoured), "/other.asc": Buffer.from(other.armoured) });
    Object.assign(pages, workshop.repository("good", { key }), workshop.repository("unsigned"));
    Object.assign(pages, workshop.repository("expired", { key, validUntil: "Mon, 01 Jan 2024 00:00:00 UTC" }));
    lab = await Lab.up({
      name: "apt-repository",
      fresh: true,
      hosts: [...kinds.map((kind) => ({ name: kind, kind })), { name: "x", kind: "busybox" }],
    });
    web = await serve(pages, new URL(lab.url).hostname);
  });
  after(async () => {
    workshop.close();
    await web.close();
    await lab.down();
  });

  for (const kind of kinds) {
    describe(kind, () => {
      let host: LocalHost;
      let machine: LabHost;
      const given = (name: string, more: object = {}) => ({
        repo: `deb ${web.url}/${name} stable main`,
        filename: "mine",
        signed_by: `${web.url}/key.asc`,
        fingerprints: [key.fingerprint],
        ...more,
      });
      const laws = async (args: object): Promise<readonly string[]> => {
        const bystanders = [fileStat(KEY), fileText(SOURCE), aptListsFresh(300), aptListsFresh(3600)];
        return (await obeysLaws(host, aptRepository, args, { local, bystanders })).map(({ summary }) => summary);
      };
      /** What a failing apply says. */
      const refused = async (args: object): Promise<string> => {
        const { changes } = await host.look(aptRepository, aptRepository.params.parse(args), local);
        return complaint(await host.send(changes)) ?? "nothing";
      };
      const files = async (): Promise<string> =>
        (await machine.exec("cd /etc/apt; ls keyrings sources.list.d; cat sources.list.d/mine.sources 2>&1")).stdout;

      before(async () => {
        machine = lab.host(kind);
        await machine.reset();
        // The lab's images tell apt not to mind the date of a repository.
        await machine.exec("grep -rl Check-Valid-Until /etc/apt/apt.conf.d | xargs -r rm");
        host = await enter(machine);
      });
      after(() => host.close());

      for (const [name, why] of [
        ["unsigned", /is not signed/],
        ["expired", /is expired|is not valid anymore|Release file .* expired/],
        ["none", /does not have a Release file|404/],
      ] as const) {
        it(`refuses a repository that is ${name}, and leaves no trace of it`, async () => {
          expect(await refused(given(name))).to.match(why);
          expect((await machine.exec("ls -A /etc/apt/sources.list.d")).stdout).not.to.contain("mine");
        });
      }

      it("refuses a repository that another key has signed", async () => {
        const args = given("good", { signed_by: `${web.url}/other.asc`, fingerprints: [other.fingerprint] });
        expect(await refused(args)).to.match(/NO_PUBKEY|not available|Missing key|is not signed/);
        expect((await machine.exec("ls -A /etc/apt/sources.list.d")).stdout).not.to.contain("mine");
      });

      it("refuses a key that nobody vouches for, before anything is done", async () => {
        const args = given("good", { fingerprints: [other.fingerprint] });
        const error = await laws(args).catch(String);
        expect(error).to.contain(`has the fingerprint ${key.fingerprint}, which is not among fingerprints`);
      });

      it("takes a signed one, once, and apt installs from it", async () => {
        expect(await laws(given("good"))).to.deep.equal(
          [`write ${KEY}`, `write ${SOURCE}`, "fetch the package lists"].slice(
            (await host.ask([fileStat(KEY)]))[0]?.entry === null ? 0 : 0,
          ),
        );
        expect(await files())
          .to.contain(`Signed-By: ${KEY}\n`)
          .and.to.contain(`URIs: ${web.url}/good\n`);
        expect((await machine.exec(`stat -c '%a %U' ${KEY} ${SOURCE}`)).stdout).to.equal("644 root\n644 root\n");
        expect(await laws(given("good"))).to.deep.equal([]);
        expect((await machine.exec("apt-get install -y -q good")).code).to.equal(0);
      });

      it("refuses what does not go with another file of the same repository", async () => {
        const twice = given("good", { filename: "twice", signed_by: key.armoured });
        expect(await refused(twice)).to.match(/Conflicting values set for option Signed-By/);
        expect((await machine.exec("apt-get update")).code).to.equal(0);
      });

      it("keeps the good one when a bad one shall take its place", async () => {
        expect(await refused(given("unsigned"))).to.match(/is not signed/);
        expect(await files()).to.contain(`URIs: ${web.url}/good\n`);
        expect((await machine.exec("apt-get update -o APT::Update::Error-Mode=any")).code).to.equal(0);
      });

      it("is content with a key that is there when nobody serves it", async () => {
        const unserved = given("good", { signed_by: `${web.url}/nothing.asc` });
        expect(await laws(unserved)).to.deep.equal([]);
      });

      it("removes source and key", async () => {
        expect(await laws(given("good", { state: "absent" }))).to.deep.equal([
          `remove ${SOURCE}`,
          `remove ${KEY}`,
          "fetch the package lists",
        ]);
        expect(await laws(given("good", { state: "absent" }))).to.deep.equal([]);
      });

      it("takes fields and a key as text, without a look at the lists", async () => {
        const args = { name: "mine", uris: `${web.url}/good`, suites: "stable", components: ["main"] };
        const signed = { ...args, signed_by: key.armoured, fingerprints: key.fingerprint };
        const changes = await obeysLaws(host, deb822Repository, signed, { local });
        expect(changes.map(({ summary }) => summary)).to.deep.equal([`write ${KEY}`, `write ${SOURCE}`]);
        expect(await obeysLaws(host, deb822Repository, { ...signed, update_cache: true }, { local })).to.deep.equal([]);
        await obeysLaws(host, deb822Repository, { name: "mine", state: "absent" }, { local });
      });
    });
  }

  it("says on a busybox host that there is no apt", async () => {
    const host = await enter(lab.host("x"));
    const args = aptRepository.params.parse({ repo: `deb ${web.url}/good stable main` });
    const error = await host.look(aptRepository, args, local).then(() => "nothing", String);
    expect(error).to.contain("this host has no apt-get");
    await host.close();
  });

  it("plans on bare hosts what an apply does", async () => {
    const playbook = join(workshop.folder, "site.yml");
    writeFileSync(
      playbook,
      `- hosts: all
  become: true
  tasks:
    - name: repository
      apt_repository:
        repo: deb ${web.url}/good stable main
        signed_by: ${web.url}/key.asc
        fingerprints: ["${key.fingerprint}"]
    - name: package
      apt: { name: good }
`,
    );
    for (const kind of kinds) await lab.host(kind).reset();
    const args = ["-i", lab.inventoryPath, "--limit", kinds.join(","), playbook, "--output", "json"];
    const plan = await fettle("plan", ...args);
    const apply = await fettle("apply", ...args);
    expect(apply.status, apply.stdout).to.equal(0);
    expect([...verdictsOf(plan.events)].sort()).to.deep.equal([...verdictsOf(apply.events)].sort());
    const again = await fettle("apply", ...args);
    expect(new Set(verdictsOf(again.events).values())).to.deep.equal(new Set(["ok"]));
  });
});
