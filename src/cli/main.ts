#!/usr/bin/env node
import { version } from "./version.js";

// The version is asked for by scripts and completions: it must not load the rest.
const [only, ...more] = process.argv.slice(2);
if (more.length === 0 && (only === "--version" || only === "-V")) process.stdout.write(`${version()}\n`);
else {
  const { main } = await import("./program.js");
  process.exitCode = await main(process.argv);
}
