import { expect } from "chai";
import { Inventory } from "../../../../src/language/inventory/inventory.js";
import { Model } from "../../../../src/language/inventory/model.js";
import { parseSshArgs } from "../../../../src/language/inventory/ssh-args.js";
import { targetOf } from "../../../../src/language/inventory/target.js";
import { hostScope } from "../../../../src/language/playbook/host-scope.js";
import { dataLayer } from "../../../../src/language/variables.js";
import { messagesOf } from "../support.js";

const target = (variables: Record<string, unknown>, more = {}) => {
  const model = new Model();
  model.addHost("h", "ungrouped", dataLayer("host", variables, { file: "f", line: 1, column: 1 }));
  return targetOf("h", hostScope("h", new Inventory(model, []), []), { connectTimeoutMs: 10_000, ...more });
};
const wrong = (variables: Record<string, unknown>) => messagesOf(() => target(variables))[0];

describe("targets", () => {
  it("from a name alone", () => {
    expect(target({})).to.deep.equal({
      name: "h",
      transport: "ssh2",
      address: "h",
      sshOptions: {},
      connectTimeoutMs: 10_000,
      becomeMethod: "sudo",
    });
  });

  it("from all settings, and they win over the defaults", () => {
    const settings = {
      ansible_host: "10.0.0.1",
      ansible_port: "2222",
      ansible_user: "me",
      ansible_password: 1234,
      ansible_ssh_private_key_file: "~/.ssh/key",
      ansible_private_key_passphrase: "open",
      ansible_become_password: "secret",
      ansible_ssh_common_args: "-o ProxyJump=jump",
      ansible_ssh_extra_args: "-o ServerAliveInterval=5",
      ansible_timeout: 3,
      ansible_connection: "ssh",
    };
    expect(target(settings, { user: "other", port: 1, transport: "local" })).to.deep.equal({
      name: "h",
      transport: "ssh2",
      address: "10.0.0.1",
      port: 2222,
      user: "me",
      password: "1234",
      privateKeyFile: "~/.ssh/key",
      passphrase: "open",
      becomePassword: "secret",
      sshOptions: { proxyjump: "jump", serveraliveinterval: "5" },
      connectTimeoutMs: 3000,
      becomeMethod: "sudo",
    });
    expect(target({ ansible_ssh_host: "a", ansible_ssh_port: 1 })).to.include({ address: "a", port: 1 });
    expect(target({ ansible_ssh_private_key_passphrase: "open" })).to.include({ passphrase: "open" });
  });

  it("say what is wrong", () => {
    expect(wrong({ ansible_port: "ssh" })).to.equal(
      'f:1:1 ansible_port of h is "ssh", and it must be a whole number; write a whole number, or remove ansible_port',
    );
    expect(wrong({ ansible_port: 70000 })).to.equal(
      "f:1:1 ansible_port of h is 70000, and it must be a port from 1 to 65535; write a port from 1 to 65535, or remove ansible_port",
    );
    expect(wrong({ ansible_user: ["a"] })).to.equal(
      'f:1:1 ansible_user of h is ["a"], and it must be a text; write a text, or remove ansible_user',
    );
    expect(wrong({ ansible_password: ["a"] })).to.equal("f:1:1 ansible_password of h must be a text");
    expect(wrong({ ansible_connection: "docker" })).to.equal(
      'f:1:1 ansible_connection of h is "docker", and it must be ssh or local; write ssh or local, or remove ansible_connection',
    );
    expect(wrong({ ansible_become_method: "doas" })).to.equal(
      'f:1:1 ansible_become_method of h is "doas", and it must be sudo (others are not supported yet); write sudo (others are not supported yet), or remove ansible_become_method',
    );
  });
});

describe("ssh arguments", () => {
  const parse = (args: string) => parseSshArgs(args, "h");

  it("in all spellings; the first setting wins, as in ssh", () => {
    expect(parse("-o UserKnownHostsFile=/dev/null -oStrictHostKeyChecking=no -C -q")).to.deep.equal({
      userknownhostsfile: "/dev/null",
      stricthostkeychecking: "no",
    });
    expect(parse(`-o "ProxyJump=a b" -o 'User me' -p 22 -p2200 -i ~/k -J j -F f`)).to.deep.equal({
      proxyjump: "a b",
      user: "me",
      port: "22",
      identityfile: "~/k",
      configfile: "f",
    });
    expect(parse("")).to.deep.equal({});
  });

  const errors: Readonly<Record<string, string>> = {
    "-Z x": 'ssh arguments of h: "-Z" is not understood; write `-o Name=value`, -p, -l, -i, -J or -F',
    jump: 'ssh arguments of h: "jump" is not understood; write `-o Name=value`, -p, -l, -i, -J or -F',
    "-o Compression":
      'ssh arguments of h: "-o Compression" is not understood; write `-o Name=value`, -p, -l, -i, -J or -F',
    "-p": 'ssh arguments of h: "-p" is not understood; write `-o Name=value`, -p, -l, -i, -J or -F',
    '-i "x': 'ssh arguments of h: a quote is never closed in -i "x',
  };
  for (const [args, message] of Object.entries(errors))
    it(`refuses ${args}`, () => expect(messagesOf(() => parse(args))).to.deep.equal([message]));
});
