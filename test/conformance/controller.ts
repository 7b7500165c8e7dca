/**
 * A controller of its own, for tests that kill it: reads a target and a script from its standard input, runs the script
 * and prints what the steps print.
 */
import { text } from "node:stream/consumers";
import type { Script } from "../../src/contract/step.js";
import type { Target } from "../../src/contract/transport.js";
import { connect } from "../../src/transport/index.js";

const { target, script } = JSON.parse(await text(process.stdin)) as { target: Target; script: Script };
const connection = await connect(target);
await connection.run({}, script, { onOutput: ({ bytes }) => process.stdout.write(bytes) });
await connection.close();
