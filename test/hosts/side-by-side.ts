/**
 * `npm run hosts`: the tests on real hosts, a mocha for each file and two files at a time, since most of their time they
 * wait for hosts. Each file has labs of its own. What a file says is printed when it has ended.
 */
import { spawn, type ChildProcess } from "node:child_process";
import { readdirSync } from "node:fs";

const atATime = 2;
/** What takes longest begins first, so that nobody waits for it alone at the end; beside the site what mostly waits. */
const longest = [
  "site",
  "galera",
  "mysql-roles",
  "examples",
  "playbooks",
  "ufw",
  "verdicts",
  "certificates",
  "failover",
];
const here = readdirSync("test/hosts").filter((name) => name.endsWith(".test.ts"));
const files = ["test/conformance/lab.test.ts", ...here.map((name) => `test/hosts/${name}`)].sort(
  (a, b) => rank(a) - rank(b) || a.localeCompare(b),
);
const running = new Map<ChildProcess, string[]>();
let failed = 0;

function rank(file: string): number {
  const at = longest.findIndex((name) => file.endsWith(`/${name}.test.ts`));
  return at === -1 ? longest.length : at;
}

function run(file: string): Promise<void> {
  const argv = ["node_modules/mocha/bin/mocha.js", "--timeout", "120000", "--no-color", file];
  const child = spawn(process.execPath, argv, { stdio: ["ignore", "pipe", "pipe"] });
  const said = [`\n── ${file}\n`];
  running.set(child, said);
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (bytes: Buffer) => said.push(bytes.toString()));
  return new Promise((resolve) =>
    child.once("close", (code) => {
      running.delete(child);
      process.stdout.write(said.join(""));
      if (code !== 0) failed++;
      // A file that dies before mocha's closing lines is counted as a failure all the same.
      if (code !== 0 && !said.join("").includes(" failing")) process.stdout.write("  1 failing\n");
      resolve();
    }),
  );
}

async function lane(): Promise<void> {
  for (let file = files.shift(); file !== undefined; file = files.shift()) await run(file);
}

// Ended from outside: what those under way have said must not be lost.
for (const signal of ["SIGTERM", "SIGINT"] as const)
  process.once(signal, () => {
    for (const [child, said] of running) {
      child.kill(signal);
      process.stdout.write(`${said.join("")}\nended by ${signal}\n  1 failing\n`);
    }
    process.exit(1);
  });

await Promise.all(Array.from({ length: atATime }, lane));
process.exitCode = failed === 0 ? 0 : 1;
