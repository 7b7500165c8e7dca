import { createHash } from "node:crypto";
import { expect } from "chai";
import { type BenchOf, bytes, group, LANE, Listener, outcomes, runOne, sh, text } from "../bench.js";

const sha256 = (data: Uint8Array): string => createHash("sha256").update(data).digest("hex");

/** Every byte value, and far more than a pipe holds. */
const BINARY = Buffer.from(Array.from({ length: 3_000_000 }, (_, i) => (i * 7 + (i >> 8)) % 256));

/** What commands read, and where and with what they run. */
export function input(bench: BenchOf): void {
  it("gives a command without input an empty one", async () => {
    const { results } = await bench().connection.run(LANE, [
      group([[sh("cat; read x || echo none"), sh("echo next")]]),
    ]);
    expect(results[0]![0]!.map(text)).to.deep.equal(["none\n", "next\n"]);
  });

  it("keeps what comes behind the script from commands that look for it", async () => {
    const thief = sh('for n in 3 4 5 6 7 8 9; do eval "cat <&$n"; done 2>/dev/null; true');
    const { results } = await bench().connection.run(LANE, [group([[thief, sh("cat", { stdin: bytes("mine") })]])]);
    expect(results[0]![0]!.map(text)).to.deep.equal(["", "mine"]);
  });

  it("gives a command the bytes meant for it", async () => {
    const result = await runOne(bench(), sh("sha256sum", { stdin: bytes(BINARY) }));
    expect(text(result).slice(0, 64)).to.equal(sha256(BINARY));
  });

  it("gives a question its bytes", async () => {
    const result = await runOne(bench(), {
      do: "ask",
      text: "read a; read b; echo $b $a",
      stdin: Buffer.from("1\n2\n"),
    });
    expect(text(result)).to.equal("2 1\n");
  });

  it("does not lose its place when input is left unread", async () => {
    const unread = { stdin: bytes(BINARY) };
    const guards = [{ kind: "unless", command: "true" }] as const;
    const { results } = await bench().connection.run(LANE, [
      group([[sh("true", unread), sh("exec <&-; exit 5", unread), sh("cat", unread)]], "continue"),
      group([[sh("cat", { ...unread, guards }), sh("cat", { stdin: bytes("last") })]]),
    ]);
    expect(outcomes(results)).to.deep.equal([[["exited 0", "exited 5", "notRun"]], [["guarded", "exited 0"]]]);
    expect(text(results[1]![0]![1]!)).to.equal("last");
    const stopped = [group([[sh("exit 1"), sh("cat", unread)]]), group([[sh("cat", unread)]])];
    await bench().connection.run(LANE, stopped);
    expect(text(await runOne(bench(), sh("echo alive")))).to.equal("alive\n");
  });

  it("runs in the folder that was asked for, and fails when there is none", async () => {
    const { folder } = bench();
    expect(text(await runOne(bench(), sh("pwd", { cwd: folder })))).to.equal(`${folder}\n`);
    const { outcome, stderr } = await runOne(bench(), sh("touch here", { cwd: `${folder}/none` }));
    expect(outcome).to.include({ kind: "exited", ok: false });
    expect(String(stderr.bytes)).to.contain(`${folder}/none`);
  });

  it("sets the environment of one step, in any characters", async () => {
    const value = "a'b\"c $HOME `id`\n\\ é";
    const { results } = await bench().connection.run(LANE, [
      group([
        [sh('printf %s "$FETTLE_TEST"', { environment: { FETTLE_TEST: value } }), sh("echo ${FETTLE_TEST-none}")],
      ]),
    ]);
    expect(results[0]![0]!.map(text)).to.deep.equal([value, "none\n"]);
  });

  it("does not show environment, input or a file's content in the list of processes", async () => {
    const go = `${bench().folder}/go2`;
    const wait = `echo ready; until [ -e ${go} ]; do sleep 0.05; done`;
    const listener = new Listener();
    const secret = "geheim-4711";
    const script = group([
      [
        sh("cat >/dev/null; true", { environment: { SECRET: secret }, stdin: bytes(secret) }),
        { do: "put", path: `${bench().folder}/secret`, content: bytes(secret), validate: ["sh", "-c", wait, "%s"] },
      ],
      [sh(wait, { environment: { SECRET: secret }, stdin: bytes(secret) })],
    ]);
    const running = bench().connection.run(LANE, [script], listener);
    await listener.heard("ready");
    const list = await bench().outside("cat /proc/[0-9]*/cmdline 2>/dev/null | tr '\\0' ' ' || true");
    await bench().outside(`touch ${go}`);
    expect(list).to.contain(go);
    expect(list).to.not.contain(secret);
    expect((await running).lost).to.equal(undefined);
  });
}
