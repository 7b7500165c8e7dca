import { expect } from "chai";
import { FettleError } from "../../../src/contract/error.js";
import { laneCommand } from "../../../src/transport/become.js";
import { makeConnection } from "../../../src/transport/connection.js";
import { localHost } from "../../../src/transport/local.js";
import { LOCAL } from "../engine/support.js";

/** This machine, with what a login shell does before (or instead of) the command. */
const shellThat = (does: string) => {
  const host = localHost();
  return makeConnection({ ...host, open: (command) => host.open(`${does}\n${command}`) }, LOCAL);
};
const say = [{ onFailure: "stop" as const, items: [{ steps: [{ do: "exec" as const, argv: ["echo", "hi"] }] }] }];

describe("login shells", () => {
  it("may print what they like before", async () => {
    const connection = shellThat("echo welcome; printf 'fettle-ready-1 not'; echo oh >&2");
    const { results } = await connection.run({}, say);
    expect(results[0]?.[0]?.[0]?.stdout.bytes.toString()).to.equal("hi\n");
    await connection.close();
  });

  it("that run nothing are told with what they say", async () => {
    const connection = shellThat("echo This account is currently not available.; exit 1");
    const error = (await connection.run({}, say).catch((one: unknown) => one)) as FettleError;
    expect(error).to.be.instanceOf(FettleError);
    expect(error.details).to.deep.equal({
      kind: "unreachable",
      cause: "the login shell on here ended before it ran anything",
      remedy: "see what it says: it must be a shell that runs commands, for this user",
      detail: "This account is currently not available.",
    });
  });

  it("of the csh family take the command, which has no line break and no !", () => {
    for (const lane of [{}, { becomeUser: "root" }]) {
      expect(laneCommand(lane, LOCAL, "me").command).not.to.match(/[\n!]/);
    }
  });
});
