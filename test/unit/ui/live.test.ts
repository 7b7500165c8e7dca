import { expect } from "chai";
import { PassThrough } from "node:stream";
import type { Event } from "../../../src/contract/event.js";
import { createRenderer } from "../../../src/ui/index.js";
import { counters, ended, item, recap, settled, started, task } from "./events.js";

/** A terminal of this height that keeps what is written to it. */
function terminal(rows: number) {
  const chunks: string[] = [];
  const stream = Object.assign(new PassThrough(), { isTTY: true, columns: 80, rows });
  stream.on("data", (chunk: Buffer) => chunks.push(chunk.toString()));
  return { stream: stream as unknown as NodeJS.WriteStream, text: () => chunks.join("") };
}

function live(stream: NodeJS.WriteStream) {
  return createRenderer({
    kind: "live",
    stream,
    verbosity: 0,
    showDiffs: false,
    color: false,
    secrets: () => ["hunter2"],
  });
}

/** What stays on the screen: an erased line goes, and with it the line the cursor moves up to. */
function screen(text: string): string[] {
  const lines = [""];
  for (const [part] of text.matchAll(/\u001b\[[?\d;]*[A-Za-z]|\n|[^\u001b\n]+/g)) {
    if (part === "\n") lines.push("");
    else if (part === "\u001b[2K") lines[lines.length - 1] = "";
    else if (part === "\u001b[1A") lines.pop();
    else if (!part.startsWith("\u001b")) lines.push(`${lines.pop() ?? ""}${part}`);
  }
  return lines;
}

const run = (...hosts: string[]): Event[] => [
  started("apply", ...hosts),
  { type: "playStarted", play: "Web", hosts, taskCount: 2 },
  ...hosts.map((host): Event => ({ type: "taskStarted", host, task: task("motd") })),
  settled("web1", "motd", "changed", { items: [item("changed", { changes: [{ summary: "write hunter2" }] })] }),
];

/** The tree draws itself every now and then. */
async function until(shown: () => boolean): Promise<void> {
  while (!shown()) await new Promise((resolve) => setTimeout(resolve, 10));
}

describe("the live renderer", () => {
  it("shows how far each host is below what it prints", async () => {
    const { stream, text } = terminal(40);
    const renderer = live(stream);
    for (const event of run("web1", "lb")) renderer.emit(event);
    await until(() => text().includes("lb    0/2  motd"));
    const shown = screen(text());
    await renderer.close();
    expect(shown.slice(0, 4)).to.deep.equal([
      "apply site.yml on 2 hosts",
      "",
      "play Web (2 hosts, 2 tasks)",
      "web1  changed  motd  (write ‹secret›)",
    ]);
    expect(shown.slice(4).map((line) => line.slice(2))).to.deep.equal([
      "web1  1/2  1 changed  motd",
      "lb    0/2  motd",
      "",
    ]);
  });

  it("shows no progress for hosts that are not in the play, and counts no handlers", async () => {
    const { stream, text } = terminal(40);
    const renderer = live(stream);
    renderer.emit(started("apply", "web1", "lb"));
    renderer.emit({ type: "playStarted", play: "Web", hosts: ["web1"], taskCount: 1 });
    renderer.emit(settled("web1", "motd", "ok"));
    renderer.emit(settled("web1", "reload", "ok", { task: { ...task("reload"), handler: true } }));
    await until(() => text().includes("web1  1/1"));
    expect(screen(text()).map((line) => line.slice(2))).to.include.members(["web1  1/1", "lb"]);
    renderer.emit({ type: "playEnded", play: "Web" });
    renderer.emit({ type: "playStarted", play: "Load balancers", hosts: ["lb"], taskCount: 3 });
    renderer.emit({ type: "taskStarted", host: "lb", task: task("motd") });
    await until(() => text().includes("lb    0/3  motd"));
    expect(screen(text()).map((line) => line.slice(2))).to.include("web1");
    await renderer.close();
  });

  it("leaves the lines and the recap, and gives the cursor back", async () => {
    const { stream, text } = terminal(40);
    const renderer = live(stream);
    for (const event of run("web1", "lb")) renderer.emit(event);
    renderer.emit(settled("lb", "motd", "ok"));
    await until(() => text().includes("lb    1/2"));
    renderer.emit(settled("lb", "later", "changed"));
    renderer.emit(ended({ recap: { web1: recap({ changed: 1 }), lb: recap({ ok: 1 }) }, counters: { lb: counters } }));
    await renderer.close();
    expect(screen(text())).to.deep.equal([
      "apply site.yml on 2 hosts",
      "",
      "play Web (2 hosts, 2 tasks)",
      "web1  changed  motd  (write ‹secret›)",
      "lb    changed  later",
      "",
      "recap",
      "web1 : ok=0  changed=1  unreachable=0  failed=0  skipped=0  rescued=0  ignored=0  unknown=0",
      "lb   : ok=1  changed=0  unreachable=0  failed=0  skipped=0  rescued=0  ignored=0  unknown=0",
      "",
      "done in 1.2 s, 2 hosts, 1 changed",
      "",
    ]);
    expect(text().lastIndexOf("\u001b[?25h")).to.be.above(text().lastIndexOf("\u001b[?25l"));
  });

  it("ends cleanly when the run is broken off", async () => {
    const { stream, text } = terminal(40);
    const renderer = live(stream);
    for (const event of run("web1")) renderer.emit(event);
    await renderer.close();
    expect(screen(text()).at(-2)).to.equal("web1  changed  motd  (write ‹secret›)");
    expect(text().lastIndexOf("\u001b[?25h")).to.be.above(text().lastIndexOf("\u001b[?25l"));
  });

  it("gives the cursor back when the process ends in the middle", async () => {
    const { stream, text } = terminal(40);
    const before = process.listeners("exit");
    const renderer = live(stream);
    for (const event of run("web1")) renderer.emit(event);
    await until(() => text().includes("\u001b[?25l"));
    for (const added of process.listeners("exit").filter((one) => !before.includes(one))) added(130);
    const shown = text();
    await renderer.close();
    expect(shown.lastIndexOf("\u001b[?25h")).to.be.above(shown.lastIndexOf("\u001b[?25l"));
    expect(process.listeners("exit").length).to.be.at.most(before.length + 1);
  });

  it("shows totals where the hosts do not fit on the screen", async () => {
    const { stream, text } = terminal(12);
    const renderer = live(stream);
    for (const event of run("web1", "web2", "web3", "web4", "web5")) renderer.emit(event);
    renderer.emit({ type: "hostFailed", host: "web2", task: task("motd") });
    await until(() => text().includes("1 of 5 hosts done"));
    const shown = screen(text());
    await renderer.close();
    expect(shown.slice(4).map((line) => line.slice(2))).to.deep.equal(["1 of 5 hosts done  1 changed", ""]);
  });
});
