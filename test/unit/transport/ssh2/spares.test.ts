import { expect } from "chai";
import { FettleError } from "../../../../src/contract/error.js";
import type { Channel, ShellHost } from "../../../../src/transport/channel.js";
import { withSpares } from "../../../../src/transport/ssh2/spares.js";

const failing = (cause: string) => new FettleError({ kind: "unreachable", cause });

/** Lets so many sessions be opened, which say who opened them. */
function host(name: string, sessions: number, closed: string[]): ShellHost {
  let left = sessions;
  return {
    user: "me",
    open: (command) =>
      left-- > 0 ? Promise.resolve(`${name} ${command}` as unknown as Channel) : Promise.reject(failing("full")),
    close: () => {
      closed.push(name);
      return Promise.resolve();
    },
  };
}

describe("connections to a host with few sessions", () => {
  it("are made when the ones there are have no more, and closed with the first", async () => {
    const closed: string[] = [];
    let made = 0;
    const another = () => Promise.resolve(host(`spare${++made}`, 2, closed));
    const all = withSpares(host("first", 1, closed), another, (error) => error.details.cause === "full");
    const opened = [await all.open("a"), await all.open("b"), await all.open("c"), await all.open("d")];
    expect(opened).to.deep.equal(["first a", "spare1 b", "spare1 c", "spare2 d"]);
    expect(all.user).to.equal("me");
    await all.close();
    expect(closed).to.deep.equal(["first", "spare1", "spare2"]);
  });

  it("are not made for other failures, nor again and again", async () => {
    const refusing: ShellHost = { ...host("x", 0, []), open: () => Promise.reject(failing("lost")) };
    const never = () => Promise.reject(new Error("not to be made"));
    const lost = await withSpares(refusing, never, () => false)
      .open("a")
      .catch((error: unknown) => error);
    expect(lost).to.have.property("message", "lost");
    const full = withSpares(
      host("x", 0, []),
      () => Promise.resolve(host("y", 0, [])),
      () => true,
    );
    expect(await full.open("a").catch((error: unknown) => error)).to.have.property("message", "full");
  });
});
