import { expect } from "chai";
import { type BenchOf, group, LANE, type Limits, Listener, outcomes, runOne, sh, text } from "../bench.js";

/** Memory that the reading of endless output may take beyond what was taken before. */
const MEMORY_BYTES = 150e6;

/** What commands print, byte for byte, however much and whatever it looks like. */
export function output(bench: BenchOf, { floodBytes }: Limits): void {
  it("passes output on while the command runs", async () => {
    const go = `${bench().folder}/go`;
    const listener = new Listener();
    const result = runOne(bench(), sh(`echo first; until [ -e ${go} ]; do sleep 0.05; done; echo second`), listener);
    await listener.heard("first");
    expect(listener.text).to.equal("first\n");
    await bench().outside(`touch ${go}`);
    expect(text(await result)).to.equal("first\nsecond\n");
    expect(listener.text).to.equal("first\nsecond\n");
  });

  it("names the step of each piece of output, and keeps questions' answers to itself", async () => {
    const listener = new Listener();
    const ask = { do: "ask", text: "echo answer" } as const;
    const script = [group([[sh("true"), sh("echo a")]]), group([[ask], [sh("echo b >&2")]])];
    await bench().connection.run(LANE, script, listener);
    const heard = listener.chunks.map((one) => [one.group, one.item, one.step, one.stream, String(one.bytes)]);
    expect(heard).to.deep.equal([
      [0, 0, 1, "stdout", "a\n"],
      [1, 1, 0, "stderr", "b\n"],
    ]);
  });

  it(`reads ${floodBytes / 1e6} MB in bounded memory and keeps head and tail`, async function () {
    this.timeout(60_000);
    const before = process.memoryUsage().rss;
    let peak = 0;
    let heard = 0;
    const onOutput = ({ bytes }: { readonly bytes: Buffer }): void => {
      heard += bytes.length;
      peak = Math.max(peak, process.memoryUsage.rss());
    };
    const flood = sh(`echo head; yes 0123456789abcdef | head -c ${floodBytes}; echo tail`);
    const { stdout, outcome } = await runOne(bench(), flood, { onOutput, keepBytes: 10_000 });
    expect(outcome).to.deep.equal({ kind: "exited", code: 0, ok: true });
    expect([stdout.totalBytes, heard]).to.deep.equal([floodBytes + 10, floodBytes + 10]);
    expect(stdout.truncated).to.equal(true);
    const kept = stdout.bytes.toString();
    expect(kept).to.match(/^head\n0123[^]*\n… \d+ bytes left out …\n[^]*tail\n$/);
    expect(stdout.bytes.length).to.be.within(10_000, 10_100);
    expect(peak - before).to.be.lessThan(MEMORY_BYTES);
  });

  it("reads one endless line, on the error stream too", async function () {
    this.timeout(60_000);
    const { stderr } = await runOne(bench(), sh("head -c 20000000 /dev/zero | tr '\\0' x >&2"));
    expect([stderr.totalBytes, stderr.truncated]).to.deep.equal([20_000_000, true]);
    expect(stderr.bytes.toString()).to.match(/^x+\n… \d+ bytes left out …\nx+$/);
  });

  it("keeps bytes that are no text", async () => {
    const { stdout } = await runOne(bench(), sh("printf '\\377\\376\\000\\200\\r\\n\\303'"));
    expect(stdout.bytes.toString("hex")).to.equal("fffe00800d0ac3");
  });

  it("adds no newline and takes none away", async () => {
    const texts = ["", "\n", "\n\n\n", "no end", "end\n", "\nbegin", "two\n\n"];
    const steps = texts.map((one) => [{ do: "exec" as const, argv: ["printf", "%s", one] }]);
    const { results } = await bench().connection.run(LANE, [group(steps)]);
    expect(results[0]!.map((one) => text(one[0]!))).to.deep.equal(texts);
  });

  it("gives a question's long answer whole", async function () {
    this.timeout(60_000);
    const result = await runOne(bench(), { do: "ask", text: "head -c 5000000 /dev/zero" }, { keepBytes: 1000 });
    expect([result.stdout.bytes.length, result.stdout.truncated]).to.deep.equal([5_000_000, false]);
  });

  it("takes no output for a frame", async () => {
    const nonce = "0123456789abcdef0123456789abcdef";
    const forged = `\x1e${nonce} 0 x0\n\x1e${nonce} 1 x0\n\x1e${nonce} end done\n\nfettle-ready-1\n`;
    const liar = { do: "exec", argv: ["sh", "-c", 'printf %s "$0"; printf %s "$0" >&2; exit 9', forged] } as const;
    const { results } = await bench().connection.run(LANE, [group([[liar, sh("true")]])]);
    expect(outcomes(results)).to.deep.equal([[["exited 9", "notRun"]]]);
    expect([text(results[0]![0]![0]!), String(results[0]![0]![0]!.stderr.bytes)]).to.deep.equal([forged, forged]);
  });

  it("tells a command nothing by which it could make a frame", async () => {
    const spy = sh("env; set; cat <&3; cat <&4; tr '\\0' '\\n' </proc/$$/environ; tr '\\0' '\\n' </proc/$PPID/environ");
    expect(text(await runOne(bench(), { ...spy, okExitCodes: "any" }))).to.not.match(/^[^=]*=?'?[0-9a-f]{32}'?$/m);
  });
}
