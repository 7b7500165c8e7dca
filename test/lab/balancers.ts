import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Acme } from "./acme.js";
import type { Lab } from "./index.js";
import { siteName, vipOf } from "./site.js";

const roles = fileURLToPath(new URL("../../roles", import.meta.url));

/**
 * Writes an inventory of lb1, lb2 and web1 and a playbook that makes a small site of them: nginx behind two load
 * balancers with one address, and a certificate when there is an ACME server. `more`: inputs of all hosts.
 */
export async function writeBalancers(lab: Lab, acme: Acme | undefined, more: object = {}) {
  const folder = join(dirname(lab.inventoryPath), "balancers");
  await mkdir(join(folder, "group_vars"), { recursive: true });
  const line = (name: string): string => `${name} ansible_host=${lab.host(name).address}`;
  const login = [
    "ansible_user=deploy",
    `ansible_ssh_private_key_file=${lab.keyPath}`,
    `ansible_ssh_common_args='-o UserKnownHostsFile=${lab.knownHostsPath}'`,
  ];
  const groups = ["[lb]", line("lb1"), line("lb2"), "[web]", line("web1"), "[all:vars]", ...login];
  const inventory = join(folder, "hosts.ini");
  await writeFile(inventory, `${groups.join("\n")}\n`);
  const inputs = { ...balancerInputs(lab, acme), ...more };
  await writeFile(join(folder, "group_vars/all.yml"), JSON.stringify(inputs, null, 2));
  const playbook = join(folder, "balancers.yml");
  await writeFile(playbook, playbookText(acme !== undefined));
  return { inventory, playbook };
}

function playbookText(withCertificates: boolean): string {
  const play = (hosts: string, names: readonly string[]): string =>
    `- hosts: ${hosts}\n  become: true\n  roles:\n${names.map((name) => `    - role: ${join(roles, name)}\n`).join("")}`;
  return play("web", ["nginx"]) + play("lb", ["haproxy", "keepalived", ...(withCertificates ? ["certbot"] : [])]);
}

function balancerInputs(lab: Lab, acme: Acme | undefined): object {
  const names = ["lb1", "lb2"];
  return {
    nginx_sites: [{ name: "site", listen: "80", upstreams: ["127.0.0.1:3000"] }],
    haproxy_hsts: true,
    haproxy_frontends: [
      { name: "http", bind: "*:80", default_backend: "web", redirect_to_https: true },
      {
        name: "https",
        bind: "*:443",
        default_backend: "web",
        tls: true,
        extra: ["http-request redirect location /healthz code 301 if { path /old }"],
      },
    ],
    haproxy_backends: [{ name: "web", servers: [{ name: "web1", address: `${lab.host("web1").address}:80` }] }],
    keepalived_peers: names.map((name) => ({ name, address: lab.host(name).address })),
    keepalived_vips: [{ name: "site", address: `${vipOf(lab)}/24`, vrid: 51 }],
    ...(acme !== undefined && {
      certbot_issuer: "lb1",
      certbot_agree_tos: true,
      certbot_server: acme.directoryUrl,
      certbot_ca_pem: acme.caPem,
      certbot_certificates: [{ name: "site", domains: [siteName] }],
    }),
  };
}
