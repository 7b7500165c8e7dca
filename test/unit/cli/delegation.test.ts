import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { fettle } from "../../support/cli.js";

const folder = mkdtempSync(join(tmpdir(), "fettle-delegation-"));
after(() => rmSync(folder, { recursive: true }));

/** Runs it; of each task its status, of one that could not be reached the cause. */
async function told(command: "plan" | "apply", text: string, inventory: string): Promise<readonly string[]> {
  writeFileSync(join(folder, "p.yml"), text);
  writeFileSync(join(folder, "hosts"), inventory);
  const { events } = await fettle(command, "-i", join(folder, "hosts"), join(folder, "p.yml"), "--output", "json");
  return events.flatMap((event) => {
    if (event.type === "hostUnreachable") return [event.error.cause];
    return event.type === "taskSettled" ? [`${event.task.name} ${event.status}`] : [];
  });
}

const LOCAL = `- hosts: a
  gather_facts: false
  connection: local
  tasks:
    - { name: own, command: echo 1 }
    - { name: controller, local_action: command echo 1 }
    - { name: also, command: echo 1, delegate_to: 127.0.0.1 }
    - { name: other, command: echo 1, delegate_to: none.invalid }
`;

const SSH = `- hosts: a
  gather_facts: false
  connection: ssh
  port: 2222
  tasks:
    - { name: controller, local_action: command echo 1 }
`;

for (const command of ["plan", "apply"] as const)
  describe(`connections of delegated tasks, ${command}`, () => {
    it("are not what the play says of its own hosts", async () => {
      const done = ["own changed", "controller changed", "also changed"];
      const lost = "none.invalid, the address of none.invalid, cannot be resolved";
      expect(await told(command, LOCAL, "a\n")).to.deep.equal([...done, lost]);
    });

    it("are local for a localhost that is in no inventory", async () => {
      expect(await told(command, SSH, "a\n")).to.deep.equal(["controller changed"]);
    });

    it("are those of localhost where the inventory has it", async () => {
      const inventory = "a\nlocalhost ansible_connection=ssh ansible_host=none.invalid\n";
      const ping = SSH.replace("command echo 1", "ping");
      expect(await told(command, ping, inventory)).to.deep.equal([
        "none.invalid, the address of localhost, cannot be resolved",
      ]);
    });
  });
