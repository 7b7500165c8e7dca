import { expect } from "chai";
import { createHash } from "node:crypto";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Lab } from "../lab/index.js";
import { fettle } from "../support/cli.js";

const KINDS = ["bookworm", "trixie", "busybox"] as const;

describe("fetch from real hosts", function () {
  this.timeout(120_000);
  const folder = mkdtempSync(join(tmpdir(), "fettle-fetch-"));
  const at = (name: string): string => join(folder, name);
  let lab: Lab;

  before(async function () {
    this.timeout(600_000);
    lab = await Lab.up({ name: "fetch", fresh: true, hosts: KINDS.map((kind) => ({ name: kind, kind })) });
    for (const kind of KINDS)
      await lab
        .host(kind)
        .exec(
          `umask 077; echo ${kind} >/etc/secret; echo all >/srv/f; chmod 644 /srv/f; head -c 5000000 /dev/urandom >/srv/big; : >/srv/empty; ln -s f /srv/link`,
        );
  });

  after(async () => {
    rmSync(folder, { recursive: true });
    await Lab.down("fetch");
  });

  /** `host: status`, or what was wrong. */
  async function run(mode: "plan" | "apply", tasks: string) {
    writeFileSync(
      at("p.yml"),
      `- hosts: all\n  gather_facts: false\n  become: true\n  tasks:\n${tasks.replace(/^/gm, "    ")}\n`,
    );
    const ran = await fettle(mode, at("p.yml"), "-i", lab.inventoryPath, "-u", "deploy", "--output", "json");
    return ran.events
      .flatMap((event) =>
        event.type === "taskSettled"
          ? event.items.map(({ status, error }) => `${event.host}: ${error?.cause ?? status}`)
          : [],
      )
      .sort();
  }

  const all = (text: string) => KINDS.map((kind) => `${kind}: ${text}`).sort();
  const task = (args: string) => `- fetch: { ${args} }`;
  const mode = (name: string) => (statSync(at(name)).mode & 0o7777).toString(8);

  it("brings a file into a folder for each host, and says so before", async () => {
    const secret = task("src: /etc/secret, dest: got");
    expect(await run("plan", secret)).to.deep.equal(all("changed"));
    expect(existsSync(at("got"))).to.equal(false);
    expect(await run("apply", secret)).to.deep.equal(all("changed"));
    for (const kind of KINDS) expect(readFileSync(at(`got/${kind}/etc/secret`), "utf8")).to.equal(`${kind}\n`);
    expect(mode("got/trixie/etc/secret")).to.equal("600");
    expect(await run("plan", secret)).to.deep.equal(all("ok"));
    expect(await run("apply", secret)).to.deep.equal(all("ok"));
  });

  it("brings what the tasks before have written", async () => {
    const tasks = `- copy: { dest: /srv/new, content: "new", mode: "0644" }\n- fetch: { src: /srv/new, dest: got }`;
    expect(await run("plan", tasks)).to.deep.equal([...all("changed"), ...all("changed")].sort());
    await run("apply", tasks);
    expect(readFileSync(at("got/busybox/srv/new"), "utf8")).to.equal("new");
  });

  it("brings a big file, and one that is empty", async () => {
    expect(
      await run("apply", `${task("src: /srv/big, dest: got")}\n${task("src: /srv/empty, dest: got/")}`),
    ).to.deep.equal([...all("changed"), ...all("changed")].sort());
    for (const kind of KINDS) {
      const there = (await lab.host(kind).exec("sha256sum /srv/big")).stdout.slice(0, 64);
      const here = createHash("sha256")
        .update(readFileSync(at(`got/${kind}/srv/big`)))
        .digest("hex");
      expect(here).to.equal(there);
      expect(statSync(at(`got/${kind}/srv/empty`)).size).to.equal(0);
      expect(readdirSync(at(`got/${kind}/srv`)).filter((name) => name.startsWith(".fettle"))).to.deep.equal([]);
    }
    expect(await run("apply", task("src: /srv/big, dest: got"))).to.deep.equal(all("ok"));
  });

  it("puts one file where it is told", async () => {
    mkdirSync(at("other"));
    writeFileSync(at("other/end"), "old");
    symlinkSync("other/end", at("link"));
    await run("apply", task("src: /srv/link, dest: link, flat: true"));
    expect(readFileSync(at("other/end"), "utf8")).to.equal("all\n");
    expect(mode("other/end")).to.equal("644");
    await run("apply", task("src: /srv/link, dest: other/, flat: true"));
    expect(readFileSync(at("other/link"), "utf8")).to.equal("all\n");
    expect(await run("apply", task("src: /srv/f, dest: other, flat: true"))).to.deep.equal(
      all(`${at("other")} is a folder`),
    );
  });

  it("keeps what it has when the file changes meanwhile", async () => {
    const host = lab.host("trixie");
    await host.exec("i=0; while [ $i -lt 200000 ]; do echo $i; i=$((i+1)); done >/srv/grows");
    const grow = `- shell: "{ while sleep 0.002; do echo x; done >>/srv/grows; } >/dev/null 2>&1 & echo $! >/run/grow"`;
    await run("apply", grow);
    mkdirSync(at("got/trixie/srv"), { recursive: true });
    writeFileSync(at("got/trixie/srv/grows"), "old");
    const found = await run("apply", task("src: /srv/grows, dest: got"));
    expect(found.find((line) => line.startsWith("trixie"))).to.match(
      /^trixie: \/srv\/grows (has changed while it was fetched|cannot be read)/,
    );
    expect(readFileSync(at("got/trixie/srv/grows"), "utf8")).to.equal("old");
    await run("apply", task("src: /srv/grows, dest: got, validate_checksum: false"));
    expect(readFileSync(at("got/trixie/srv/grows"), "utf8")).to.match(/^0\n1\n/);
    for (const kind of KINDS) await lab.host(kind).exec('kill "$(cat /run/grow)"');
  });

  it("says what is not there, and what is no file", async () => {
    expect(await run("plan", task("src: /srv/none, dest: got"))).to.deep.equal(all("/srv/none does not exist"));
    expect(await run("apply", task("src: /srv/none, dest: got, fail_on_missing: false"))).to.deep.equal(all("ok"));
    expect(await run("plan", task("src: /srv, dest: got"))).to.deep.equal(
      all("/srv is a folder or a device, not a file"),
    );
  });
});
