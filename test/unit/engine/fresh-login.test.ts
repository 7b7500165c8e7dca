import { expect } from "chai";
import { hostError } from "../../../src/contract/error.js";
import { defineModule } from "../../../src/contract/module.js";
import type { Connection } from "../../../src/contract/transport.js";
import * as z from "zod";
import { direct } from "../../support/direct.js";
import { makePlay, makeTask } from "../../support/plays.js";
import { start } from "./support.js";

const run = (word: string) => ({ do: "exec" as const, argv: ["echo", word] });

const guarded = defineModule({
  name: "guarded",
  summary: "Do it, log in anew, keep it",
  class: "action",
  params: z.strictObject({}),
  examples: [],
  observe: () => Promise.resolve(null),
  diff: () => [{ summary: "guard", effects: [], steps: [run("do"), { do: "login", timeoutMs: 200 }, run("keep")] }],
  result: (outputs) => ({ ran: outputs?.[0]?.map(({ stdout }) => stdout.bytes.toString().trim()) }),
});

describe("a new login as a step", () => {
  const played = async (another: () => Promise<Connection>) => {
    let logins = 0;
    const connect = (): Promise<Connection> => (logins++ === 0 ? Promise.resolve(direct()) : another());
    const tasks = [makeTask(guarded), makeTask(guarded)];
    const { statuses, settled } = await start([makePlay(tasks)], { connect });
    return { statuses, items: settled.map(({ items }) => items[0]), logins };
  };

  it("is made and left again, and the change goes on", async () => {
    let closed = 0;
    const another = (): Promise<Connection> =>
      Promise.resolve({
        ...direct(),
        close: () => {
          closed++;
          return Promise.resolve();
        },
      });
    const { statuses, items, logins } = await played(another);
    expect(statuses).to.deep.equal(["changed", "changed"]);
    expect(items[0]?.result?.["ran"]).to.deep.equal(["do", "", "keep"]);
    expect([logins, closed]).to.deep.equal([3, 2]);
  });

  it("ends the change when it is refused, and the connection that there was stays", async () => {
    const { statuses, items } = await played(() => Promise.reject(hostError("nobody is let in")));
    expect(statuses).to.deep.equal(["failed"]);
    expect(items[0]?.error?.detail).to.equal("nobody is let in");
    expect(items[0]?.result?.["ran"]).to.deep.equal(["do", ""]);
  });

  it("ends the change when it does not come, and closes it when it comes late", async () => {
    let arrive: (connection: Connection) => void = () => undefined;
    const late = new Promise<Connection>((resolve) => (arrive = resolve));
    const { items } = await played(() => late);
    expect(items[0]?.error?.detail).to.equal("there was no login within 0.2 s");
    await new Promise<void>((resolve) =>
      arrive({
        ...direct(),
        close: () => {
          resolve();
          return Promise.resolve();
        },
      }),
    );
  });
});
