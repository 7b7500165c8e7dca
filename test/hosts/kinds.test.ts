import { expect } from "chai";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { type Kind, Lab } from "../lab/index.js";
import { fettle, verdictsOf, wrongVerdicts } from "../support/cli.js";

/** nginx before app behind haproxy, all on one host. */
const oneHostSite = `
- name: everything on one host
  hosts: all
  become: true
  roles:
    - role: app
      app_name: hello
      app_version: "1.0.0"
      app_source: "<%= app_folder %>"
      app_node_version: "<%= node_version %>"
      app_node_url: "<%= node_url %>"
      app_node_sha256: "<%= node_sha256 %>"
    - role: nginx
      nginx_sites: [{ name: hello, listen: "8080", upstreams: ["127.0.0.1:3000"] }]
    - role: haproxy
      haproxy_frontends: [{ name: http, bind: "*:80", default_backend: web }]
      haproxy_backends:
        - name: web
          servers: [{ name: web1, address: "127.0.0.1:8080" }]
`;

const filesUsersCommands = `
- name: without packages and services
  hosts: all
  become: true
  vars:
    ports: [8001, 8002]
  tasks:
    - group: { name: app, system: true }
    - user: { name: app, group: app, home: /srv/app, shell: /bin/sh, comment: The app }
    - file: { path: "/etc/app/<%= item %>", state: directory, owner: root, group: app, mode: "0750" }
      loop: ["conf.d", "conf.d/more", "data"]
    - copy: { content: "port <%= item %>\\n", dest: "/etc/app/conf.d/<%= item %>.conf", group: app, mode: "0640" }
      loop: ports
      notify: reload
    - file: { src: conf.d/8001.conf, dest: /etc/app/current, state: link }
    - lineinfile: { path: /etc/app/settings, line: "<%= item %>", create: true, mode: "0644" }
      loop: [a=1, b=2, c=3]
    - blockinfile: { path: /etc/app/settings, block: "one\\ntwo" }
    - command: touch /etc/app/made
      args: { creates: /etc/app/made }
    - command: id -un
      register: me
      changed_when: false
      become_user: app
    - assert: { that: me.stdout === "app" }
    - slurp: { src: /etc/app/settings }
      register: settings
    - stat: { path: /etc/app/current }
      register: current
    - assert: { that: [current.stat.islnk, settings.content.length > 0] }
  handlers:
    - name: reload
      shell: echo reloaded >>/etc/app/reloads
`;

const cases: readonly { readonly kind: Kind; readonly playbook: string }[] = [
  { kind: "trixie", playbook: oneHostSite },
  { kind: "bookworm", playbook: filesUsersCommands },
  { kind: "trixie", playbook: filesUsersCommands },
  { kind: "busybox", playbook: filesUsersCommands },
];

describe("on every kind of host", function () {
  this.timeout(180_000);
  let lab: Lab;
  let folder: string;

  before(async function () {
    this.timeout(600_000);
    const hosts = [...new Set(cases.map(({ kind }) => kind))].map((kind) => ({ name: kind, kind }));
    lab = await Lab.up({ name: "kinds", fresh: true, hosts });
    folder = await mkdtemp(join("playbooks", ".test-"));
  });

  after(async () => {
    await rm(folder, { recursive: true, force: true });
    await Lab.down("kinds");
  });

  for (const { kind, playbook } of cases) {
    const name = playbook === oneHostSite ? "the site" : "files, users and commands";
    it(`${kind}: ${name} is planned truly, applied, and then has nothing left to do`, async () => {
      const path = join(folder, "play.yml");
      await writeFile(path, playbook);
      const node = await lab.nodeArchive();
      const vars = `app_folder=${resolve("playbooks/files/hello")} node_url=${node.url} node_version=${node.version} node_sha256=${node.sha256}`;
      const given = ["-i", lab.inventoryPath, "--limit", kind, "-e", vars, path];
      const plan = await fettle("plan", ...given, "--output", "json");
      expect(plan.status, plan.stdout.slice(-3000) + plan.stderr).to.equal(0);
      const apply = await fettle("apply", ...given, "--output", "json");
      expect(apply.status, apply.stdout.slice(-3000)).to.equal(0);
      expect(wrongVerdicts(plan.events, apply.events)).to.deep.equal([]);
      expect(apply.events.filter((event) => event.type === "notIdempotent")).to.deep.equal([]);
      const again = await fettle("apply", ...given, "--output", "json");
      expect([...verdictsOf(again.events)].filter(([, status]) => !["ok", "skipped"].includes(status))).to.deep.equal(
        [],
      );
      const detailed = await fettle("plan", "--detailed-exitcode", ...given);
      expect(detailed.status, detailed.stdout).to.equal(0);
    });
  }
});
