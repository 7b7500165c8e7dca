import { expect } from "chai";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Lab } from "../lab/index.js";
import { fettle } from "../support/cli.js";

const KINDS = ["bookworm", "trixie", "busybox"] as const;

describe("reboot on real hosts", function () {
  this.timeout(120_000);
  const folder = mkdtempSync(join(tmpdir(), "fettle-reboot-"));
  let lab: Lab;

  before(async function () {
    this.timeout(600_000);
    lab = await Lab.up({ name: "reboot", fresh: true, hosts: KINDS.map((kind) => ({ name: kind, kind })) });
  });

  after(async () => {
    rmSync(folder, { recursive: true });
    await Lab.down("reboot");
  });

  const bootIds = () =>
    Promise.all(KINDS.map(async (kind) => (await lab.host(kind).exec("cat /proc/sys/kernel/random/boot_id")).stdout));

  /** `host task: status` in the order of each host, what was said instead of the status, and the exit status. */
  async function run(mode: "plan" | "apply", text: string, ...flags: readonly string[]) {
    const path = join(folder, "p.yml");
    writeFileSync(path, `- hosts: all\n  gather_facts: false\n  become: true\n${text.replace(/^/gm, "  ")}\n`);
    const ran = await fettle(mode, path, "-i", lab.inventoryPath, "-u", "deploy", "--output", "json", ...flags);
    const settled = ran.events.flatMap((event) => (event.type === "taskSettled" ? [event] : []));
    const of = (host: string) =>
      settled
        .filter((event) => event.host === host)
        .map(({ task, status, items }) => `${task.name}: ${items[0]?.message ?? items[0]?.error?.cause ?? status}`);
    const lost = ran.events.flatMap((event) => (event.type === "hostUnreachable" ? [event.error.cause] : []));
    return { status: ran.status, of, lost };
  }

  const PLAY = `tasks:
  - name: kept
    copy: { dest: /etc/kept, content: "a" }
    notify: late
  - name: lost
    copy: { dest: /run/lost, content: "a" }
  - name: reboot
    reboot: { test_command: "test -e /etc/kept", msg: "it's time; $(id)" }
    register: done
  - name: look
    stat: { path: /run/lost }
    register: lost
  - name: say
    debug: { msg: "<%= done.rebooted %> <%= done.elapsed < 100 %> <%= lost.stat.exists %>" }
  - name: lost again
    copy: { dest: /run/lost, content: "a" }
handlers:
  - name: late
    command: sh -c 'cat /proc/sys/kernel/random/boot_id >/etc/late'`;

  it("goes on behind it, with handlers, on a host that has another boot id", async () => {
    const before = await bootIds();
    const plan = await run("plan", PLAY);
    expect(plan.of("trixie")).to.include.members([
      "kept: changed",
      "reboot: changed",
      "lost again: unknown",
      "late: changed",
    ]);
    expect(await bootIds()).to.deep.equal(before);
    const { of, status } = await run("apply", PLAY);
    for (const kind of KINDS)
      expect(of(kind)).to.deep.equal([
        ...["kept: changed", "lost: changed", "reboot: changed", "look: ok", "say: true true false"],
        ...["lost again: changed", "late: changed"],
      ]);
    expect(status).to.equal(0);
    const after = await bootIds();
    const late = await Promise.all(KINDS.map(async (kind) => (await lab.host(kind).exec("cat /etc/late")).stdout));
    expect(late).to.deep.equal(after);
    expect(after.filter((id) => before.includes(id))).to.deep.equal([]);
  });

  it("is not content with a host that has not gone down, or is of no use", async () => {
    const { of, status } = await run(
      "apply",
      `tasks:
  - name: never
    reboot: { reboot_command: "echo \\"$(id -un)\\" >/etc/asked", reboot_timeout: 1 }
    ignore_errors: true
  - name: refused
    reboot: { reboot_command: "echo no >&2; exit 3" }
    ignore_errors: true
  - name: useless
    reboot: { reboot_timeout: 8, test_command: "echo 'not yet' >&2; false" }
    ignore_errors: true
  - name: asked
    command: cat /etc/asked
    register: asked
  - name: say
    debug: { msg: "<%= asked.stdout %>" }`,
    );
    const late = "the host was told to reboot and is not back in time";
    for (const kind of KINDS)
      expect(of(kind)).to.deep.equal([
        `never: ${late}: it has not gone down`,
        "refused: the host does not want to reboot: no",
        `useless: ${late}: sh -c echo 'not yet' >&2; false does not succeed there: not yet`,
        ...["asked: changed", "say: root"],
      ]);
    expect(status).to.equal(0);
  });

  it("is unreachable when it does not come back", async () => {
    const { of, status, lost } = await run(
      "apply",
      `tasks:
  - name: gone
    reboot: { reboot_command: poweroff, reboot_timeout: 3, connect_timeout: 1, post_reboot_delay: 0.5 }
  - name: behind
    command: "true"`,
      "--limit",
      "bookworm",
    );
    await lab.host("bookworm").power("on");
    expect(of("bookworm")).to.deep.equal([]);
    expect(lost.join()).to.match(/^the host was told to reboot and is not back in time: .*bookworm/);
    expect(status).to.equal(4);
  });

  it("needs root, and leaves the machine alone that fettle runs on", async () => {
    const { of, status } = await run("plan", "tasks:\n  - name: reboot\n    reboot:\n    become: false");
    for (const kind of KINDS) expect(of(kind)).to.deep.equal(["reboot: deploy may not reboot the host"]);
    expect(status).to.equal(3);
    const here = await run(
      "plan",
      "tasks:\n  - name: reboot\n    reboot:\n    delegate_to: localhost\n    become: false",
    );
    expect(here.of("trixie")).to.deep.equal(["reboot: this is the machine that fettle runs on, and would end with it"]);
  });
});
