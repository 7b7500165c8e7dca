import { expect } from "chai";
import fc from "fast-check";
import { type Ending, Machine, type Verdict } from "../../property/machine.js";
import { blocks, type Sequence, sequences } from "../../property/sequences.js";
import { playOf } from "../../property/tasks.js";

/** The suite always tries the same sequences; to look further: FETTLE_RUNS=20000 FETTLE_SEED=$RANDOM. */
const numRuns = Number(process.env["FETTLE_RUNS"] ?? 1000);
const seed = Number(process.env["FETTLE_SEED"] ?? 1);

describe("speculation", function () {
  this.timeout(0);
  let fast: Machine;
  let slow: Machine;

  before(async () => {
    [fast, slow] = await Promise.all([Machine.open(), Machine.open()]);
  });
  after(() => Promise.all([fast.close(), slow.close()]));

  it("ends as one task at a time ends, and a dry run says nothing wrong about it", async () => {
    const count = { verdicts: 0, unknown: 0, assuming: 0 };
    const property = fc.asyncProperty(sequences(4), async (sequence) => {
      const [{ planned, applied }, single] = await both(planAndApply(fast, sequence), oneByOne(slow, sequence));
      same("tree", applied.tree, single.tree);
      same("verdicts", shown(applied.verdicts), shown(single.verdicts));
      for (const [predicted, real] of paired(planned.verdicts, applied.verdicts)) {
        count.verdicts++;
        if (predicted.status === "unknown") count.unknown++;
        else if (predicted.assuming) count.assuming++;
        else if (!agrees(predicted, real, sequence)) {
          const said = `${predicted.task} ${predicted.status} (${predicted.why})`;
          expect.fail(`the dry run said ${said}, the apply ${real.task} ${real.status} (${real.why})`);
        }
      }
    });
    // A run that hangs ends as a counterexample.
    await fc.assert(property, { numRuns, seed, timeout: 60_000 });
    // Unknown is better than wrong, but most can be known.
    expect(count.unknown + count.assuming, JSON.stringify(count)).to.be.lessThan(count.verdicts / 2);
  });

  it("goes the same ways through blocks when tasks fail", async () => {
    const property = fc.asyncProperty(blocks(6), async (sequence) => {
      const [applied, single] = await both(apply(fast, sequence), oneByOne(slow, sequence));
      same("tree", applied.tree, single.tree);
      same("verdicts", shown(applied.verdicts), shown(single.verdicts));
    });
    await fc.assert(property, { numRuns: numRuns / 2, seed, timeout: 60_000 });
  });
});

/** Both have ended, in whatever way, before the next run begins in their trees. */
async function both<A, B>(a: Promise<A>, b: Promise<B>): Promise<[A, B]> {
  await Promise.allSettled([a, b]);
  return Promise.all([a, b]);
}

async function planAndApply(machine: Machine, sequence: Sequence): Promise<{ planned: Ending; applied: Ending }> {
  const before = machine.plant();
  const play = playOf(sequence, machine.root);
  const planned = await machine.play(play, "plan", true);
  same("tree after a dry run", planned.tree, before);
  return { planned, applied: await machine.play(play, "apply", true) };
}

async function apply(machine: Machine, sequence: Sequence): Promise<Ending> {
  machine.plant();
  return machine.play(playOf(sequence, machine.root), "apply", true);
}

async function oneByOne(machine: Machine, sequence: Sequence): Promise<Ending> {
  machine.plant();
  return machine.play(playOf(sequence, machine.root), "apply", false);
}

/** Each verdict with that of the same task; a handler may run several times. One that only one of the runs came to is left out. */
function paired(planned: readonly Verdict[], applied: readonly Verdict[]): readonly (readonly [Verdict, Verdict])[] {
  const rest = [...applied];
  return planned.flatMap((one) => {
    const at = rest.findIndex((other) => other.task === one.task);
    return at < 0 ? [] : [[one, ...rest.splice(at, 1)] as unknown as readonly [Verdict, Verdict]];
  });
}

/** Says what differs: fast-check prints only the message. */
function same(what: string, found: readonly string[], wanted: readonly string[]): void {
  if (found.join("\n") !== wanted.join("\n")) {
    expect.fail(`${what}:\n${found.join("\n")}\ninstead of\n${wanted.join("\n")}`);
  }
}

function shown(verdicts: readonly Verdict[]): readonly string[] {
  return verdicts.map(({ task, status, items }) => `${task}: ${status} (${items.join(", ")})`);
}

/** How a command ends is nothing that a dry run says: that it would run is what "changed" means. */
function agrees(predicted: Verdict, real: Verdict, { lines }: Sequence): boolean {
  if (predicted.task !== real.task) return false;
  if (predicted.status === real.status) return true;
  // Whether it will be asked at all may be open; that it changes nothing is not.
  if (predicted.status === "ok" && real.status === "skipped") return true;
  const what = lines[Number(/^task (\d+)$/.exec(real.task)?.[1]) - 1]?.what.act ?? "handler";
  const isCommand = ["move", "relink", "append", "unless", "look", "handler"].includes(what);
  return isCommand && ["failed", "ignored"].includes(real.status);
}
