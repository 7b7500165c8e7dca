import { expect } from "chai";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { git } from "../../src/modules/git.js";
import { Lab } from "../lab/index.js";
import { fettle, verdictsOf } from "../support/cli.js";
import { obeysLaws } from "../support/laws.js";
import { enter } from "./support.js";

const kinds = ["bookworm", "trixie"] as const;
const COMMIT = "git -c user.name=x -c user.email=x@y commit -q";

describe("git on hosts", function () {
  this.timeout(120_000);
  let lab: Lab;
  let repo: string;
  const folder = mkdtempSync(join(tmpdir(), "fettle-git-"));

  before(async function () {
    this.timeout(600_000);
    lab = await Lab.up({
      name: "git",
      fresh: true,
      hosts: [
        ...[...kinds, "busybox" as const].map((kind) => ({ name: kind, kind })),
        { name: "server", kind: "bookworm" },
      ],
    });
    const server = lab.host("server");
    const made = await server.exec(`set -e; apt-get update -q; apt-get install -y -q git
git init -q --bare -b main /srv/repo.git; git init -q -b main /srv/work; cd /srv/work
echo one >file; echo '*.tmp' >.gitignore; git add .; ${COMMIT} -m one; git tag v1; echo two >file; ${COMMIT} -am two
git push -q ../repo.git main v1`);
    expect(made.code, made.stderr).to.equal(0);
    repo = `root@${server.address}:/srv/repo.git`;
    for (const kind of kinds)
      await lab.host(kind).exec("umask 077; cat > /root/deploy.key", readFileSync(server.keyPath, "utf8"));
  });
  after(async () => {
    rmSync(folder, { recursive: true });
    await lab.down();
  });

  it("plans on hosts without git what an apply does there", async () => {
    const playbook = join(folder, "site.yml");
    writeFileSync(
      playbook,
      `- hosts: all
  become: true
  tasks:
    - name: git
      apt: { name: git, update_cache: true }
    - name: clone
      git: { repo: "${repo}", dest: /srv/app, version: v1, depth: 1, key_file: /root/deploy.key, accept_newhostkey: true }
      register: app
    - name: told
      assert: { that: app.after.length === 40 }
      when: "!ansible_check_mode"
`,
    );
    const args = ["-i", lab.inventoryPath, "--limit", kinds.join(","), playbook, "--output", "json"];
    const plan = await fettle("plan", ...args);
    expect(plan.status, plan.stdout).to.equal(0);
    const apply = await fettle("apply", ...args);
    expect(apply.status, apply.stdout).to.equal(0);
    const changed = (run: typeof plan): readonly string[] =>
      [...verdictsOf(run.events)]
        .filter(([, status]) => status === "changed")
        .map(([name]) => name)
        .sort();
    expect(changed(plan)).to.deep.equal(changed(apply)).and.to.have.length(4);
    const again = await fettle("apply", ...args);
    expect(changed(again)).to.deep.equal([]);
    expect(
      (await lab.host("trixie").exec("cat /srv/app/file; cd /srv/app && git rev-list --count HEAD")).stdout,
    ).to.equal("one\n1\n");
  });

  for (const kind of kinds) {
    it(`knows the server's key, or does not go there, on ${kind}`, async () => {
      const machine = lab.host(kind);
      const host = await enter(machine);
      const laws = async (args: object): Promise<number> =>
        (await obeysLaws(host, git, { repo, dest: "/srv/key", key_file: "/root/deploy.key", ...args })).length;
      try {
        await machine.exec("rm -f /root/.ssh/known_hosts");
        expect(await laws({}).catch(String)).to.contain("Host key verification failed");
        // A look at what is there remembers no key; what fetches does.
        const taken = git.params.parse({ repo, dest: "/srv/key", key_file: "/root/deploy.key", accept_hostkey: true });
        await host.look(git, taken);
        expect((await machine.exec("ls /root/.ssh/known_hosts 2>&1 || true")).stdout).to.contain("No such file");
        expect(await laws({ accept_hostkey: true })).to.equal(1);
        expect(await laws({})).to.equal(0);
        await machine.exec(
          "ssh-keygen -q -t ed25519 -N '' -f /tmp/k; sed -i \"s|ssh-ed25519 .*|$(cut -d' ' -f1,2 /tmp/k.pub)|; /ecdsa\\|ssh-rsa/d\" /root/.ssh/known_hosts; rm /tmp/k*",
        );
        expect(await laws({ accept_hostkey: true }).catch(String)).to.contain("has changed");
      } finally {
        await host.close();
      }
    });
  }

  it("says on busybox what it needs", async () => {
    const host = await enter(lab.host("busybox"));
    const error = await host.look(git, git.params.parse({ repo, dest: "/srv/x" })).then(() => "nothing", String);
    expect(error).to.contain("the host has no git; install it in a task before");
    await host.close();
  });
});
