import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { factSources } from "../../../src/probes/facts/index.js";
import { play, tasks } from "./support.js";

/** Tasks with every way of control flow, which have nothing to do; `depth` times one hangs on what another has read. */
function converged(folder: string, size: number, depth: number): string {
  const files = Array.from({ length: size }, (_, i) => `f${i}`);
  const chain = Array.from(
    { length: depth },
    (_, i) => `
- { name: look ${i}, stat: { path: "${folder}/<%= ${i === 0 ? "'f0'" : `s${i - 1}.stat.exists ? 'f0' : 'none'`} %>" }, register: s${i} }`,
  );
  return `
- include_vars: "<%= facts.os_family %>.yml"
- { name: loop, file: { path: "${folder}/<%= item %>", state: file }, loop: [${files.join()}] }
- { name: with, file: { path: "${folder}/<%= item %>", state: file }, with_items: [${files.join()}] }
- block:
    - { name: in a block, file: { path: "${folder}/f0", state: file } }
    - { name: by a fact, file: { path: "${folder}/f0", state: file }, when: from_file === "yes" }
  rescue:
    - { name: rescue, command: "false" }
  always:
    - { name: always, file: { path: "${folder}", state: directory } }
- { name: files, include_tasks: more.yml, loop: [${files.join()}], loop_control: { loop_var: one } }
- { name: set, set_fact: { where: "${folder}" } }
- { name: where, file: { path: "<%= where %>/f0", state: file } }
- { name: once, file: { path: "${folder}/f0", state: file }, run_once: true }${chain.join("")}
`;
}

describe("round trips of control flow", () => {
  const folder = mkdtempSync(join(tmpdir(), "fettle-trips-"));

  before(() => {
    mkdirSync(folder, { recursive: true });
    for (let i = 0; i < 40; i++) writeFileSync(join(folder, `f${i}`), "");
  });

  after(() => rmSync(folder, { recursive: true }));

  const trips = async (size: number, depth: number): Promise<number> => {
    const ran = await play(tasks(converged(folder, size, depth)), {
      hosts: ["a"],
      files: {
        "Debian.yml": 'from_file: "yes"\n',
        "more.yml": `- { name: more, file: { path: "${folder}/<%= one %>", state: file } }`,
      },
      run: { factSources },
    });
    expect(ran.recap["a"]).to.include({ changed: 0, failed: 0 });
    return ran.trips;
  };

  it("do not grow with tasks, items of loops and included files", async () => {
    expect([await trips(2, 0), await trips(40, 0)]).to.deep.equal([2, 2]);
  });

  it("are at most two and one for each thing that hangs on another", async () => {
    for (const depth of [1, 2, 3, 4]) expect(await trips(5, depth)).to.be.at.most(2 + depth);
  });
});
