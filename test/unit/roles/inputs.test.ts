import { expect } from "chai";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { fettle } from "../../support/cli.js";

/** Each fault beyond a type, and what the role says to it before it does anything. */
const faults: Readonly<Record<string, { inputs: object; says: readonly string[] }>> = {
  nginx: {
    inputs: {
      nginx_sites: [
        { name: "a b", listen: "unix:/run/x", upstreams: [] },
        { name: "fine", listen: "[::]:8080 default_server", upstreams: "192.0.2.1:80", health_path: "health" },
      ],
    },
    says: [
      'nginx_sites[0].name is "a b": use letters, digits, _ and -',
      'nginx_sites[0].listen is "unix:/run/x": write a port, or an address and a port: 80, 192.0.2.21:80, [::]:80',
      'nginx_sites[0].upstreams is empty: "a b" needs an app server',
      'nginx_sites[1].health_path is "health": it begins with /',
    ],
  },
  haproxy: {
    inputs: {
      haproxy_frontends: [
        { name: "stats", bind: "*", default_backend: "wbe" },
        { name: "two", bind: "192.0.2.1:1,192.0.2.2:2", default_backend: "web" },
        { name: "fine", bind: ":::80 v4v6", default_backend: "web" },
        { name: "tls", bind: "*:443", default_backend: "web", tls: true, redirect_to_https: true },
      ],
      haproxy_backends: [{ name: "web", servers: [{ name: "w 1", address: "192.0.2.9", backup: "no" }] }],
      haproxy_cert_dir: "certs/",
      haproxy_acme_mode: "proxied",
      haproxy_acme_thumbprint: "a b",
    },
    says: [
      'haproxy_frontends[0].name is "stats", which is the role\'s own: choose another',
      'haproxy_frontends[0].bind is "*": write an address and a port: *:80, 192.0.2.10:80, [::]:80',
      'haproxy_frontends[0].default_backend is "wbe", and haproxy_backends has web',
      'haproxy_frontends[1].bind is "192.0.2.1:1,192.0.2.2:2": write an address and a port: *:80, 192.0.2.10:80, [::]:80',
      'haproxy_frontends[3].redirect_to_https is for a frontend without tls: "tls" is https already',
      'haproxy_backends[0].servers[0].name is "w 1": use letters, digits, . _ and -',
      'haproxy_backends[0].servers[0].address is "192.0.2.9": write an address and a port: 192.0.2.21:80',
      'haproxy_backends[0].servers[0].backup is "no": write true or false',
      'haproxy_cert_dir is "certs/": write an absolute path without a last /',
      'haproxy_acme_thumbprint is "a b": it has letters, digits, - and _',
      'haproxy_acme_issuer is "": with haproxy_acme_mode "proxied" write an address and a port: 192.0.2.10:8888',
    ],
  },
  keepalived: {
    inputs: {
      keepalived_peers: [
        { name: "lb1", address: "192.0.2.10" },
        { name: "lb2", address: "lb2.example.com" },
      ],
      keepalived_vips: [
        { name: "a b", address: "192.0.2.10", vrid: 0, order: ["lb3"] },
        { name: "two", address: "192.0.2.10/24", vrid: 51 },
      ],
      keepalived_interface: "eth 0",
      keepalived_auth_pass: "far too long",
      keepalived_check_url: "https://127.0.0.1/",
      keepalived_check_fall: 0,
    },
    says: [
      'keepalived_peers has lb1, lb2: "here" itself must be among them',
      'keepalived_peers[1].address is "lb2.example.com": write an address, as 192.0.2.10',
      'keepalived_vips[0].name is "a b": use letters, digits, _ and -',
      'keepalived_vips[0].address is "192.0.2.10": write an address that no host has and the length of its network: 192.0.2.100/24',
      "keepalived_vips[0].vrid is 0: it is 1 to 255",
      'keepalived_vips[0].order names "lb3", and keepalived_peers has lb1, lb2',
      'keepalived_vips[1].address is "192.0.2.10/24": write an address that no host has and the length of its network: 192.0.2.100/24',
      'keepalived_interface is "eth 0": write the interface\'s name, as eth0',
      "keepalived_auth_pass: keepalived keeps 8 characters, without blanks",
      'keepalived_check_url is "https://127.0.0.1/": write http, an address, a port and a path: http://127.0.0.1:8404/alive',
      "keepalived_check_fall is 0: it is at least 1",
    ],
  },
  certbot: {
    inputs: {
      certbot_issuer: "lb9",
      certbot_agree_tos: false,
      certbot_load_balancers: "lb1",
      certbot_certificates: [
        { name: "../x", domains: ["*.example.com"] },
        { name: "none", domains: [] },
      ],
      certbot_server: "http://acme.example.com",
      certbot_ca_pem: "secret",
      certbot_email: "-x",
      certbot_issuer_ssh_port: 22,
      certbot_issuer_address: "-oProxyCommand=id",
      certbot_cert_dir: "/etc/x; id",
    },
    says: [
      "certbot_agree_tos is false: there are no certificates without it",
      'certbot_issuer is "lb9", which the inventory does not know',
      'certbot_load_balancers has "lb1", which the inventory does not know',
      '"here" is neither certbot_issuer nor among certbot_load_balancers: leave this role away there',
      'certbot_certificates[0].name is "../x": use letters, digits, . _ and -',
      'certbot_certificates[0].domains has "*.example.com": write the full lowercase name; a wildcard needs another kind of challenge',
      "certbot_certificates[1].domains is empty",
      'certbot_server is "http://acme.example.com": write the https address of its directory',
      "certbot_ca_pem is no certificate in PEM",
      'certbot_email is "-x": write an address',
      'certbot_issuer_address is "-oProxyCommand=id": write an address or a name',
      'certbot_cert_dir is "/etc/x; id": write an absolute path without a last /',
    ],
  },
  "mysql-galera": {
    inputs: {
      galera_cluster_name: "a b",
      galera_wait_s: 0,
      galera_nodes: [
        { name: "here", address: "g1.example" },
        { name: "here", address: "192.0.2.52" },
      ],
    },
    says: [
      "galera_nodes has 2: a majority needs three nodes at least",
      "galera_nodes names a host twice",
      'galera_nodes[0].address is "g1.example": write an IPv4 address, as 192.0.2.51',
      'galera_cluster_name is "a b": use at most 32 letters, digits, . _ and -',
      "galera_wait_s is 0: it is at least 1",
    ],
  },
  "mysql-primary": {
    inputs: {
      mysql_server_id: 0,
      mysql_databases: [{ name: "sys" }],
      mysql_users: [{ name: "shop", password: "x", priv: "shop.*:ALL" }],
      mysql_repl_user: { name: "repl" },
    },
    says: [
      "mysql_server_id is 0: it is 1 to 4294967295",
      "mysql_databases names sys, which is not yours",
      "mysql_users: shop would have ALL, or what writes to a server that is read-only; name what it needs: SELECT,INSERT,UPDATE,DELETE",
      "mysql_repl_user needs a name and a password",
    ],
  },
  "mysql-replica": {
    inputs: { mysql_server_id: 2, mysql_source: "db1", mysql_repl_user: { name: "repl", password: "" } },
    says: ['mysql_source is "db1", which is no host of the inventory', "mysql_repl_user needs a name and a password"],
  },
  ufw: {
    inputs: {
      ufw_ssh_from: ["office", "192.0.2.0/28", "any"],
      ufw_ssh_ports: [22, 70000],
      ufw_rules: [
        { port: "https", from: "192.0.2.300", to_ip: "here", interface: "eth 0" },
        { port: "80,60000:61000", from: ["2001:db8::/32"], to_ip: "192.0.2.1", interface: "eth0" },
        { proto: "vrrp" },
      ],
    },
    says: [
      'ufw_ssh_from has "office": write addresses, networks or any, as 192.0.2.0/28',
      'ufw_ssh_ports has "70000": a port is 1 to 65535',
      'ufw_rules[0].port is "https": write digits, as 80, 60000:61000 or 80,443; names of services are not known',
      'ufw_rules[0].from has "192.0.2.300": write addresses, networks or any, as 192.0.2.0/28',
      'ufw_rules[0].to_ip is "here": write an address of this host',
      'ufw_rules[0].interface is "eth 0": write the interface\'s name, as eth0',
    ],
  },
  app: {
    inputs: {
      app_name: "a/b",
      app_version: "../1",
      app_source: "hello",
      app_user: "root",
      app_port: 70000,
      app_keep_releases: 0,
      app_environment: { "A-B": 1 },
      app_node_version: "22.12.0",
      app_node_url: "http://192.0.2.1/node.tar.gz",
      app_node_sha256: "write the SHA-256 of that archive here",
    },
    says: [
      'app_name is "a/b": use letters, digits, _ and -',
      'app_version is "../1": it names a folder, so use letters, digits and . _ + -',
      'app_node_sha256 is "write the SHA-256 of that archive here": write the 64 hex digits that SHASUMS256.txt gives for the archive',
      'app_user is "root": give the service a user of its own, not root and not the one who logs in',
      "app_port is 70000: a port is 1 to 65535",
      "app_keep_releases is 0: the current release is always kept",
      'app_environment has "A-B": a name has letters, digits and _',
    ],
  },
};

describe("inputs of the roles", function () {
  this.timeout(60_000);
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "fettle-roles-"));
    await writeFile(join(folder, "hosts.ini"), "here ansible_connection=local\n");
  });
  afterEach(() => rm(folder, { recursive: true }));

  for (const [role, { inputs, says }] of Object.entries(faults)) {
    it(`of ${role}: what is wrong beyond a type is said at once, and nothing is done`, async () => {
      const playbook = join(folder, "play.yml");
      await writeFile(playbook, `- hosts: all\n  roles:\n    - role: ${resolve("roles", role)}\n`);
      const run = await fettle("plan", "-i", join(folder, "hosts.ini"), playbook, "-e", JSON.stringify(inputs));
      expect(run.status, run.stderr).to.equal(3);
      expect(run.stdout).to.contain(
        `${says.join("; ")}: \`${role.replace(/^mysql-(galera)?.*/, (_, own: string | undefined) => own ?? "mysql")}_faults.length === 0\` is false`,
      );
      expect(run.stdout).to.match(/ok=0 +changed=0 +unreachable=0 +failed=1 +skipped=0/);
    });
  }
});
