import { spawnSync } from "node:child_process";
import { chmodSync, writeFileSync, existsSync } from "node:fs";
import type { Captured, Script, StepResult, WireStep } from "../../src/contract/step.js";
import { succeeded } from "../../src/contract/step.js";
import type { Connection } from "../../src/contract/transport.js";

const cap = (bytes: Buffer): Captured => ({ bytes, totalBytes: bytes.length, truncated: false });
const NOT: StepResult = { outcome: { kind: "notRun" }, stdout: cap(Buffer.alloc(0)), stderr: cap(Buffer.alloc(0)) };

function step(one: WireStep): StepResult {
  if (one.do === "put") {
    writeFileSync(one.path, one.content.kind === "bytes" ? one.content.bytes : "");
    if (one.mode !== undefined) chmodSync(one.path, one.mode);
    return {
      outcome: { kind: "exited", code: 0, ok: true },
      stdout: cap(Buffer.alloc(0)),
      stderr: cap(Buffer.alloc(0)),
    };
  }
  if (one.do === "exec") {
    for (const guard of one.guards ?? [])
      if (guard.kind === "creates" && existsSync(guard.path)) return { ...NOT, outcome: { kind: "guarded", guard } };
  }
  const argv = one.do === "ask" ? ["sh"] : one.argv;
  const input = one.do === "ask" ? one.text : one.stdin?.kind === "bytes" ? one.stdin.bytes : "";
  const done = spawnSync(argv[0]!, argv.slice(1), {
    input,
    env: { ...process.env, ...(one.do === "exec" ? one.environment : { LC_ALL: "C" }) },
    maxBuffer: 1e9,
  });
  const code = done.status ?? 127;
  return { outcome: { kind: "exited", code, ok: code === 0 }, stdout: cap(done.stdout), stderr: cap(done.stderr) };
}

export function direct(): Connection {
  const counters = { roundTrips: 0, bytesSent: 0, bytesReceived: 0 };
  return {
    counters,
    run: async (_lane, script: Script) => {
      counters.roundTrips++;
      await new Promise((done) => setTimeout(done, 1));
      let stopped = false;
      const results = script.map((group) => {
        if (stopped) return group.items.map((item) => item.steps.map(() => NOT));
        const items = group.items.map((item) => {
          let broken = false;
          return item.steps.map((one) => {
            if (broken) return NOT;
            const result = step(one);
            broken = !succeeded(result);
            return result;
          });
        });
        stopped = group.onFailure === "stop" && items.flat().some((result) => !succeeded(result));
        return items;
      });
      return { results };
    },
    close: () => Promise.resolve(),
  };
}
