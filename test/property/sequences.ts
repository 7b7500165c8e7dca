import fc from "fast-check";
import { registry } from "../../src/modules/index.js";
import { type PlaceName, PLACES } from "./tree.js";

/** What a task does, as plain data: fast-check prints and shrinks it. */
export type Act =
  | { readonly act: "absent"; readonly at: PlaceName }
  | { readonly act: "folder"; readonly at: PlaceName; readonly mode?: string }
  | { readonly act: "link"; readonly at: PlaceName; readonly to: PlaceName; readonly force: boolean }
  | { readonly act: "hard"; readonly at: PlaceName; readonly to: PlaceName }
  | { readonly act: "mode"; readonly at: PlaceName; readonly mode: string }
  | { readonly act: "copy"; readonly at: PlaceName; readonly text: string; readonly mode?: string }
  | { readonly act: "copyRegister"; readonly at: PlaceName }
  | { readonly act: "line"; readonly at: PlaceName; readonly text: string; readonly create: boolean }
  | { readonly act: "move"; readonly at: PlaceName; readonly to: PlaceName }
  | { readonly act: "relink"; readonly at: PlaceName; readonly to: PlaceName }
  | { readonly act: "append"; readonly at: PlaceName }
  | { readonly act: "unless"; readonly at: PlaceName; readonly to: PlaceName }
  | { readonly act: "look"; readonly at: PlaceName }
  | { readonly act: "set"; readonly text: string }
  | { readonly act: "say" }
  | { readonly act: "flush" };

export interface Line {
  readonly what: Act;
  readonly register: boolean;
  /** On the register `r`, or on the variable `v` that set_fact sets. */
  readonly when?: "changed" | "failed" | "text" | "set";
  /** Over its place and this one. */
  readonly loop?: PlaceName;
  readonly ignore: boolean;
  readonly notify?: 0 | 1;
  /** By `failed_when` or `changed_when` on what a command wrote. */
  readonly judge?: "failsOnText" | "changesOnText";
  readonly check?: true;
}

/** The lines from here to there stand in a block, those from its middle on as its rescue or always. */
export interface BlockOf {
  readonly from: number;
  readonly middle: number;
  readonly to: number;
  readonly part: "rescue" | "always";
}

export interface Sequence {
  readonly lines: readonly Line[];
  /** The later ones stand inside of the earlier ones where they overlap. */
  readonly blocks?: readonly BlockOf[];
  readonly handlers: readonly [Act, Act];
}

const at = fc.constantFrom(...PLACES);
const text = fc.constantFrom("one", "two");
const mode = fc.constantFrom("0600", "0644", "0755");

const change: fc.Arbitrary<Act> = fc.oneof(
  fc.record({ act: fc.constant("absent" as const), at }),
  fc.record({ act: fc.constant("folder" as const), at, mode }, { requiredKeys: ["act", "at"] }),
  fc.record({ act: fc.constant("link" as const), at, to: at, force: fc.boolean() }),
  fc.record({ act: fc.constant("hard" as const), at, to: at }),
  fc.record({ act: fc.constant("mode" as const), at, mode }),
  fc.record({ act: fc.constant("copy" as const), at, text, mode }, { requiredKeys: ["act", "at", "text"] }),
  fc.record({ act: fc.constant("copyRegister" as const), at }),
  ...(registry.has("lineinfile")
    ? [fc.record({ act: fc.constant("line" as const), at, text, create: fc.boolean() })]
    : []),
);

const opaque: fc.Arbitrary<Act> = fc.oneof(
  fc.record({ act: fc.constant("move" as const), at, to: at }),
  fc.record({ act: fc.constant("relink" as const), at, to: at }),
  fc.record({ act: fc.constant("append" as const), at }),
  fc.record({ act: fc.constant("unless" as const), at, to: at }),
);

const other: fc.Arbitrary<Act> = fc.oneof(
  fc.record({ act: fc.constant("look" as const), at }),
  fc.record({ act: fc.constant("set" as const), text }),
  fc.constant({ act: "say" as const }),
  fc.constant({ act: "flush" as const }),
);

const act = fc.oneof(
  { weight: 6, arbitrary: change },
  { weight: 3, arbitrary: opaque },
  { weight: 2, arbitrary: other },
);

const rarely = <T>(value: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> =>
  fc.oneof({ weight: 4, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary: value });

const oneLine: fc.Arbitrary<Line> = fc
  .record({
    what: act,
    register: fc.boolean(),
    when: rarely(fc.constantFrom("changed" as const, "failed" as const, "text" as const, "set" as const)),
    loop: rarely(at),
    ignore: fc.oneof({ weight: 3, arbitrary: fc.constant(true) }, { weight: 1, arbitrary: fc.constant(false) }),
    notify: rarely(fc.constantFrom(0 as const, 1 as const)),
    judge: rarely(fc.constantFrom("failsOnText" as const, "changesOnText" as const)),
    check: rarely(fc.constant(true as const)),
  })
  .map(withoutAbsent);

/** Sequences of at most `length` tasks. */
export function sequences(length: number): fc.Arbitrary<Sequence> {
  return fc.record({
    lines: fc.array(oneLine, { minLength: 1, maxLength: length }),
    handlers: fc.tuple(change, fc.oneof(change, opaque)),
  });
}

/** The same, with tasks that may fail, in blocks. */
export function blocks(length: number): fc.Arbitrary<Sequence> {
  const place = fc.nat({ max: length });
  const block = fc
    .tuple(place, place, place, fc.constantFrom("rescue" as const, "always" as const))
    .map(([a, b, c, part]): BlockOf => {
      const [from = 0, middle = 0, to = 0] = [a, b, c].sort((x, y) => x - y);
      return { from, middle, to, part };
    });
  const failing = oneLine.map((line) => ({ ...line, ignore: false }));
  return fc.record({
    lines: fc.array(failing, { minLength: 2, maxLength: length }),
    blocks: fc.array(block, { minLength: 1, maxLength: 2 }),
    handlers: fc.tuple(change, fc.oneof(change, opaque)),
  });
}

/** Optional keys are left out, not undefined. */
function withoutAbsent(value: { [K in keyof Line]: Line[K] | undefined }): Line {
  return Object.fromEntries(Object.entries(value).filter(([, one]) => one !== undefined)) as unknown as Line;
}
