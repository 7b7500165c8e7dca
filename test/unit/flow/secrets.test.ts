import { expect } from "chai";
import { play } from "./support.js";

/** What is kept out of all output because a module was given it. */
async function kept(parameters: string): Promise<readonly string[]> {
  const secrets: string[] = [];
  const text = `- hosts: localhost\n  tasks:\n    - mysql_user: { name: app, ${parameters} }\n`;
  await play(text, { hosts: ["localhost"], run: { mode: "plan", keepSecret: (value) => secrets.push(value) } });
  return secrets;
}

describe("secrets among a module's parameters", () => {
  it("are passwords, whatever they are, and hashes", async () => {
    expect(await kept("password: summer")).to.include("summer");
    const hash = `*${"0123456789ABCDEF".repeat(3).slice(0, 40)}`;
    expect(await kept(`plugin: mysql_native_password, plugin_hash_string: "${hash}"`)).to.include(hash);
  });

  it("are no words that a plugin takes in place of a hash: they would be blotted out of every text", async () => {
    expect(await kept("plugin: unix_socket, plugin_hash_string: mysql")).to.deep.equal([]);
  });
});
