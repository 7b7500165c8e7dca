import { expect } from "chai";
import type { Event } from "../../../src/contract/event.js";
import { counters, ended, item, place, recap, rendered, settled, started, task } from "./events.js";

const write = { summary: "write /etc/motd", title: "/etc/motd", before: "a\n", after: "b\n" };
const diff = ["--- before: /etc/motd", "+++ after: /etc/motd", "@@ -1 +1 @@", "-a", "+b"];

async function lines(events: readonly Event[], options: Parameters<typeof rendered>[1] = {}): Promise<string[]> {
  return (await rendered(events, options)).split("\n").slice(0, -1);
}

describe("the plain renderer", () => {
  it("writes a run from its start to the recap", async () => {
    const events: Event[] = [
      started("apply", "web1", "lb"),
      { type: "playStarted", play: "Web servers", hosts: ["web1", "lb"], taskCount: 3 },
      { type: "hostConnecting", host: "lb" },
      settled("web1", "motd", "changed", { items: [item("changed", { changes: [write] })] }),
      settled("lb", "motd", "ok"),
      settled("lb", "later", "skipped", { items: [item("skipped", { skippedBecause: "now" })] }),
      { type: "playEnded", play: "Web servers" },
      ended({ recap: { web1: recap({ ok: 10, changed: 1 }), lb: recap({ ok: 1, skipped: 1 }) } }),
    ];
    expect(await lines(events)).to.deep.equal([
      "apply site.yml on 2 hosts",
      "",
      "play Web servers (2 hosts, 3 tasks)",
      "web1  changed  motd  (write /etc/motd)",
      "lb    ok       motd",
      "lb    skipped  later",
      "",
      "recap",
      "web1 : ok=10  changed=1  unreachable=0  failed=0  skipped=0  rescued=0  ignored=0  unknown=0",
      "lb   : ok=1   changed=0  unreachable=0  failed=0  skipped=1  rescued=0  ignored=0  unknown=0",
      "",
      "done in 1.2 s, 2 hosts, 1 changed",
    ]);
  });

  it("shows diffs in a dry run, or when asked", async () => {
    const change = settled("w", "motd", "changed", { items: [item("changed", { changes: [write] })] });
    const shown = ["w  changed  motd  (write /etc/motd)", ...diff.map((line) => `    ${line}`)];
    expect((await lines([started("plan", "w"), change])).slice(1)).to.deep.equal(shown);
    expect((await lines([started("apply", "w"), change], { showDiffs: true })).slice(1)).to.deep.equal(shown);
  });

  it("writes a failure with place, source, evidence and remedy", async () => {
    const error = {
      kind: "host",
      cause: "non-zero return code: no such table",
      place,
      excerpt: "12 |   command: ./migrate\n          ^",
      detail: "Traceback\nno such table",
      remedy: "create the table",
    } as const;
    const event = settled("web1", "migrate", "failed", { items: [item("failed", { error })] });
    expect((await lines([started("apply", "web1"), event])).slice(1)).to.deep.equal([
      "web1  failed   migrate",
      "    site.yml:12:9 non-zero return code: no such table",
      "      12 |   command: ./migrate",
      "                ^",
      "        Traceback",
      "        no such table",
      "      → create the table",
    ]);
  });

  it("writes only the items of a loop that matter, all with -v", async () => {
    const items = [
      item("ok", { label: "a" }),
      item("changed", { label: "b", changes: [{ summary: "create b" }] }),
      item("failed", { label: "c\u001b", error: { kind: "host", cause: "no" } }),
    ];
    const event = settled("w", "users", "failed", { items });
    expect((await lines([started("apply", "w"), event])).slice(1)).to.deep.equal([
      "w  failed   users",
      "   changed    item=b  (create b)",
      "   failed     item=c\\x1b",
      "    no",
    ]);
    expect((await lines([started("apply", "w"), event], { verbosity: 1 })).slice(2, 3)).to.deep.equal([
      "   ok         item=a",
    ]);
  });

  it("says why a verdict is unknown and how many there are, and what others assume", async () => {
    const unknown = { what: "file /etc/nginx/sites-enabled/default", because: "nginx : install" };
    const events: Event[] = [
      started("plan", "w"),
      settled("w", "no default site", "unknown", { items: [item("unknown", { unknown })] }),
      settled("w", "a", "ok", { assuming: ["run migrate"] }),
      settled("w", "b", "changed", { assuming: ["run migrate"] }),
      settled("w", "c", "changed", { ranInPlan: true }),
      ended({ mode: "plan", recap: { w: recap({ ok: 1, changed: 2, unknown: 1 }) } }),
    ];
    expect((await lines(events)).slice(1)).to.deep.equal([
      'w  unknown  no default site  (file /etc/nginx/sites-enabled/default is not known before "nginx : install" has run)',
      "w  ok       a",
      "w  changed  b",
      "w  changed  c  (really ran: check_mode is false)",
      "",
      'assuming "run migrate" changes nothing else: 2 verdicts on 1 host',
      "",
      "recap",
      "w : ok=1  changed=2  unreachable=0  failed=0  skipped=0  rescued=0  ignored=0  unknown=1",
      "",
      "planned in 1.2 s, 1 host, 2 to change, 1 unknown before an apply",
    ]);
  });

  it("shows debug's text, with as many -v as it wants", async () => {
    const says = (verbosity: number) =>
      settled("w", "say", "ok", {
        task: task("say", { module: "debug" }),
        items: [item("ok", { message: "hello\n\u001b[1mworld", result: { verbosity } })],
      });
    expect((await lines([started("apply", "w"), says(0)])).slice(2)).to.deep.equal(["    hello", "    \\x1b[1mworld"]);
    expect((await lines([started("apply", "w"), says(1)])).slice(2)).to.deep.equal([]);
  });

  it("shows nothing of a task with no_log but how it ended", async () => {
    const items = [
      item("failed", {
        label: "LABEL",
        changes: [{ summary: "run SUMMARY" }],
        message: "MESSAGE",
        result: { stdout: "STDOUT" },
        error: { kind: "host", cause: "CAUSE", detail: "DETAIL", remedy: "REMEDY", place },
      }),
    ];
    const events = [started("plan", "w"), settled("w", "secret", "failed", { items, noLog: true })];
    expect((await lines(events, { verbosity: 3, showDiffs: true })).slice(1)).to.deep.equal([
      "w  failed   secret  (no_log)",
      "    site.yml:12:9 failed; the reason is hidden by no_log",
      "      → set no_log: false to see why",
    ]);
    const json = await rendered(events, { kind: "json" });
    expect(json).not.to.match(/LABEL|SUMMARY|MESSAGE|STDOUT|CAUSE|DETAIL|REMEDY/);
  });

  it("shows output as it comes with -v, in whole lines and without secrets, and not again at the end", async () => {
    const output = (host: string, text: string): Event => ({
      type: "taskOutput",
      host,
      task: task("build"),
      stream: "stdout",
      text,
    });
    const result = { stdout: "one\nhunter2!\nend", rc: 0 };
    const events = [
      started("apply", "web1", "w2"),
      output("web1", "one\nhun"),
      output("w2", "x\n"),
      output("web1", "ter2!\nend"),
      settled("web1", "build", "changed", { items: [item("changed", { result })] }),
    ];
    expect((await lines(events, { verbosity: 1, secrets: () => ["hunter2!"] })).slice(1)).to.deep.equal([
      "web1 | one",
      "w2   | x",
      "web1 | ‹secret›",
      "web1 | end",
      "web1  changed  build",
    ]);
    expect((await lines(events)).slice(1)).to.deep.equal(["web1  changed  build"]);
  });

  it("shows results when asked: output as it is, data as JSON", async () => {
    const command = settled("w", "command", "changed", {
      items: [item("changed", { result: { stdout: "up\n2 days", stderr: "hm", changed: true } })],
    });
    const stat = settled("w", "stat", "ok", {
      items: [item("ok", { result: { stat: { exists: true }, changed: false } })],
    });
    expect((await lines([started("apply", "w"), command, stat], { showResults: true })).slice(1)).to.deep.equal([
      "w  changed  command",
      "    up",
      "    2 days",
      "    stderr: hm",
      "w  ok       stat",
      "    {",
      '      "stat": {',
      '        "exists": true',
      "      }",
      "    }",
    ]);
  });

  it("says what failed once: not in the result too", async () => {
    const failed = settled("w", "stat", "failed", {
      items: [item("failed", { result: { msg: "gone", failed: true }, error: { kind: "host", cause: "gone" } })],
    });
    expect((await lines([started("apply", "w"), failed], { showResults: true })).slice(1)).to.deep.equal([
      "w  failed   stat",
      "    gone",
    ]);
  });

  it("writes what went wrong around tasks", async () => {
    const events: Event[] = [
      started("apply", "w"),
      {
        type: "hostUnreachable",
        host: "w",
        error: { kind: "unreachable", cause: "connection refused", remedy: "start sshd" },
      },
      { type: "warning", text: "odd" },
      { type: "warning", host: "w", text: "odder\u0007" },
      { type: "hostFailed", host: "w", task: task("motd") },
      { type: "notIdempotent", host: "w", task: task("motd"), changes: [write] },
      ended({ interrupted: true, ms: 125_000 }),
    ];
    expect((await lines(events)).slice(1)).to.deep.equal([
      "w  unreachable",
      "    connection refused",
      "      → start sshd",
      "warning: odd",
      "warning: w: odder\\x07",
      "w  not idempotent  motd: after the apply it would still write /etc/motd",
      ...diff.map((line) => `    ${line}`),
      "",
      "recap",
      "",
      "interrupted in 2 min 5 s, 0 hosts, 0 changed",
    ]);
  });

  it("tells with -vv what each host cost, with -vvv what is sent", async () => {
    const events: Event[] = [
      started("apply", "w"),
      { type: "hostConnecting", host: "w" },
      { type: "hostConnected", host: "w", ms: 80.4 },
      { type: "waveSent", host: "w", queries: 41, lanes: 1 },
      { type: "batchSent", host: "w", tasks: [task("motd")], steps: 2 },
      { type: "taskStarted", host: "w", task: task("motd", { role: "base", handler: true }) },
      { type: "handlerNotified", host: "w", handler: "restart", by: task("motd") },
      ended({ recap: { w: recap() }, counters: { w: counters } }),
    ];
    expect((await lines(events, { verbosity: 3 })).slice(1)).to.deep.equal([
      "w  connecting",
      "w  connected in 80 ms",
      "w  asks 41 questions in 1 script",
      "w  sends 2 steps of 1 task",
      "w  begins   base : motd (handler)",
      "w  notifies restart (by motd)",
      "",
      "recap",
      "w : ok=0  changed=0  unreachable=0  failed=0  skipped=0  rescued=0  ignored=0  unknown=0",
      "    2 round trips, 1 wave, 1 batch, 1.2 kB sent, 2.5 MB received",
      "",
      "done in 1.2 s, 1 host, 0 changed",
    ]);
    expect((await lines(events, { verbosity: 0 })).slice(1)).to.have.length(5);
  });

  it("colours words, not columns", async () => {
    const text = await rendered([started("apply", "w"), settled("w", "motd", "changed")], { color: true });
    expect(text).to.equal("\u001b[1mapply site.yml on 1 host\u001b[22m\nw  \u001b[33mchanged\u001b[39m  motd\n");
  });
});
