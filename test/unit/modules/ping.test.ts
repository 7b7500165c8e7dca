import { expect } from "chai";
import type { Read } from "../../../src/contract/query.js";
import { ping } from "../../../src/modules/ping.js";
import { alive } from "../../../src/probes/alive.js";
import { resultOf } from "./support.js";

const noLocal = {} as never;

describe("ping", () => {
  it("asks the host something, so that login and shell are proved", async () => {
    const asked: string[] = [];
    const read = (query: { id: string }) => {
      asked.push(query.id);
      return Promise.resolve(true);
    };
    await ping.observe(read as unknown as Read, ping.params.parse({}), noLocal);
    expect(asked).to.deep.equal(["alive:"]);
  });

  it("answers with its data", () => {
    expect(resultOf(ping, {})).to.deep.equal({ changed: false, ping: "pong" });
    expect(resultOf(ping, { data: "hi" })).to.deep.equal({ changed: false, ping: "hi" });
  });

  it("crashes when asked to", async () => {
    const caught = await Promise.resolve()
      .then(() => ping.observe({} as Read, ping.params.parse({ data: "crash" }), noLocal))
      .catch((error: unknown) => error);
    expect(caught).to.be.an("error").with.property("message", "asked to crash; leave out `data: crash`");
  });

  it("takes only the right answer for one", () => {
    expect(alive.parse(Buffer.from("alive\n"), [null])).to.deep.equal([true]);
    expect(alive.parse(Buffer.from("nologin\n"), [null])[0]).to.be.an("error");
  });
});
