/** `npm run bench [-- --quick] [-- --minutes 15]`: fettle beside the floor and Ansible, see docs/benchmarks.md. */
import { rm, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { closeSockets } from "./contenders.js";
import { measure } from "./phases.js";
import { documentOf, tablesOf } from "./report.js";
import { raiseSite } from "./site.js";
import { prepareMachine, surroundingsOf } from "./machine.js";

const { values } = parseArgs({
  options: { quick: { type: "boolean", default: false }, minutes: { type: "string", default: "15" } },
});
const endMs = performance.now() + Number(values.minutes) * 60_000;

await prepareMachine();
const site = await raiseSite();
try {
  const before = await surroundingsOf();
  const figures = await measure(site, { quick: values.quick, endMs });
  const tables = tablesOf(figures, before);
  console.log(tables);
  if (!values.quick)
    await writeFile(fileURLToPath(new URL("../docs/benchmarks.md", import.meta.url)), documentOf(tables));
} finally {
  await closeSockets(site);
  await site.lab.down();
  await rm(site.dir, { recursive: true, force: true });
}
