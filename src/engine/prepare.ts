import { FettleError, inputError } from "../contract/error.js";
import type { Local } from "../contract/module.js";
import { checkParams } from "../contract/params.js";
import type { Dynamic, Scope, Task } from "../contract/play.js";
import type { LaneKey } from "../contract/transport.js";
import { type Asker, Asking } from "./asking.js";
import { lookupsOf } from "./at-turn.js";
import { asFettleError, type Attempt, Blocked, NeedsItemBefore } from "./attempt.js";
import { whenInstead, whenOf } from "./conditions.js";
import type { HostContext } from "./context.js";
import { dynamicOf } from "./dynamic.js";
import { SeenFacts } from "./facts.js";
import type { Host } from "./host.js";
import { ItemReader } from "./item-reader.js";
import { differByItem, ownSettings, type OwnSettings, together } from "./item-settings.js";
import { describe, isQuiet, labelled, loopVariables, unknownItem } from "./items.js";
import { whyNoJob } from "./jobs.js";
import { eachAfterTheOther } from "./loop-facts.js";
import { scopeOfItems } from "./loop-scope.js";
import { ignoresUnreachable, labelOf, laneAhead, nameOf } from "./loose.js";
import type { Position } from "./position.js";
import type { Because, DoneItem, Prepared, PreparedItem } from "./prepared.js";
import { trackedLocal } from "./read.js";
import type { ReaderClient } from "./reader.js";
import { secretsIn } from "./secrets.js";
import type { Slot } from "./slot.js";
import { topicsOf } from "./topics.js";
import { whyUnknown } from "./unknown.js";

/** Evaluates one task on one host and looks at all its items at once. */
export async function prepare(context: HostContext, slot: Slot, attempt: Attempt, look: Look): Promise<Prepared> {
  return new Preparation(context, slot, attempt, look).run();
}

/** `blind`: do not look; the module's steps guard themselves. */
export type Look = "observe" | "blind";

const QUIET = { lane: {}, noLog: false, ignoreErrors: false, environment: {} };
const NOTHING = { ...QUIET, topics: [], marks: [] };

class Preparation {
  readonly #context: HostContext;
  readonly #task: Task;
  readonly #attempt: Attempt;
  readonly #position: Position;
  readonly #scope: Scope;
  readonly #look: Look;
  readonly #done: readonly DoneItem[];
  readonly #asking: Asking;
  readonly #facts: SeenFacts;
  readonly #dynamic: Dynamic;
  #lane: LaneKey = {};
  /** The first item that asks for the register of the one before it, which has not run. */
  #waitsFrom: number | undefined;
  readonly #writesHere = new Map<Scope, string>();
  /** What keywords say of each item that ran. Absent: the same for all. */
  #differ: OwnSettings[] | undefined;

  constructor(context: HostContext, { task, position, done }: Slot, attempt: Attempt, look: Look) {
    this.#context = context;
    this.#task = task;
    this.#attempt = attempt;
    this.#position = position;
    this.#look = look;
    this.#done = [...done];
    this.#facts = new SeenFacts(context.facts);
    this.#asking = new Asking(context, task, attempt, this.#facts);
    const lookups = lookupsOf(attempt, context.reader);
    this.#dynamic = dynamicOf(context, position, this.#facts, lookups);
    this.#scope = task.scope(context.host, this.#dynamic);
  }

  async run(): Promise<Prepared> {
    const task = this.#task;
    const name = nameOf(task, this.#scope);
    const ignoreUnreachable = ignoresUnreachable(task, this.#scope);
    const own = { facts: this.#facts, writesHere: this.#writesHere };
    const plain = { ...NOTHING, ...own, name, loop: task.loop !== undefined, ignoreUnreachable };
    this.#facts.playLane = laneAhead(this.#context.play, this.#scope);
    this.#facts.taskLane = this.#lane = laneAhead(task, this.#scope);
    try {
      const loop = await this.#items();
      if (loop.kind !== "items") return { ...plain, items: [loop] };
      const common = differByItem(task) ? undefined : await this.#asking.evaluate(() => ownSettings(task, this.#scope));
      if (common === undefined) this.#differ = [];
      else this.#lane = common.lane;
      for (const { item } of this.#done) if (item.kind !== "skipped") await this.#own(item.scope);
      const readers = loop.items.map(() => new ItemReader(this.#attempt));
      const look = async (item: LoopItem, i: number): Promise<PreparedItem> =>
        this.#done[i]?.item ?? this.#itemAt(i, item, readers[i] ?? this.#attempt);
      const [marked, items] = await Promise.all([
        task.notify.length === 0 ? [] : this.#asking.marks(this.#lane),
        plain.loop && task.module.setsVariables === true
          ? eachAfterTheOther(task, loop.items, look)
          : Promise.all(loop.items.map(look)),
      ]);
      const views = plain.loop ? { views: readers.map((reader) => reader.views) } : {};
      const waits = this.#waitsFrom === undefined ? {} : { waitsFrom: this.#waitsFrom };
      const ran = loop.items.slice(0, this.#waitsFrom).filter((_, i) => items[i]?.kind !== "skipped");
      const topics = await this.#topics(ran);
      const settings: Partial<OwnSettings> & typeof QUIET = common ?? together(task, this.#differ ?? []) ?? QUIET;
      const able = settings.job?.pollMs === 0 ? items.map((item) => this.#asJob(item)) : items;
      return { ...plain, ...settings, topics, marks: marked, items: able, ...views, ...waits };
    } catch (error) {
      return { ...plain, items: [await this.#ended(this.#scope, undefined, error)] };
    }
  }

  /** Without a loop a false `when` ends it before anything else is evaluated, as people rely on. */
  async #items(): Promise<{ kind: "items"; items: readonly LoopItem[] } | Extract<PreparedItem, { kind: "skipped" }>> {
    const loop = this.#task.loop;
    if (loop === undefined) {
      const skip = await whenOf(this.#task, this.#scope, this.#asking.evaluate);
      if (typeof skip === "string") return { kind: "skipped", because: skip, scope: this.#scope };
      return { kind: "items", items: [{ scope: this.#scope, ...(skip && { skip }) }] };
    }
    let values: readonly unknown[];
    try {
      values = await this.#asking.evaluate(() => loop.items.evaluate(this.#scope));
      if (!Array.isArray(values)) throw this.#error(`loop must give a list, not ${describe(values)}`, loop.items.place);
    } catch (error) {
      const skip = await whenInstead(this.#task, this.#scope, error, this.#asking.evaluate);
      return { kind: "skipped", because: skip, scope: this.#scope };
    }
    const scopeAt = scopeOfItems(
      this.#task,
      { host: this.#context.host, dynamic: this.#dynamic, done: this.#done },
      this.#scope,
    );
    const items = values.map((value, index) => {
      const scope = scopeAt(index).with(loopVariables(loop, values, index));
      return { scope, label: labelOf(this.#task, scope, value) };
    });
    return { kind: "items", items };
  }

  #topics(items: readonly LoopItem[]): Promise<readonly string[]> {
    const { handlers } = this.#context;
    const parts = { handlers, position: this.#position, lookups: this.#attempt, evaluate: this.#asking.evaluate };
    return topicsOf(
      this.#task,
      items.map(({ scope }) => scope),
      parts,
    );
  }

  async #itemAt(index: number, item: LoopItem, reader: ReaderClient): Promise<PreparedItem> {
    try {
      return await this.#item(item, reader);
    } catch (error) {
      if (!(error instanceof NeedsItemBefore)) throw error;
      this.#waitsFrom = Math.min(index, this.#waitsFrom ?? index);
      return unknownItem(item.scope, item.label, { what: "the item before it", because: this.#task.name.source }, []);
    }
  }

  async #item({ scope, label, skip: known }: LoopItem, reader: ReaderClient): Promise<PreparedItem> {
    let doubt: Because | undefined;
    try {
      const skip = known ?? (label === undefined ? undefined : await whenOf(this.#task, scope, this.#asking.evaluate));
      if (typeof skip === "string") return { kind: "skipped", because: skip, scope, ...labelled(label) };
      doubt = skip;
      const own = await this.#own(scope);
      const found = await this.#observe(scope, label, { reader, lane: own?.lane ?? this.#lane }, skip);
      return own === undefined ? found : { ...found, lane: own.lane, environment: own.environment };
    } catch (error) {
      const ended = await this.#ended(scope, label, error);
      // It may never be asked to do what it could not.
      if (ended.kind !== "failed" || doubt === undefined) return ended;
      return { kind: "unknown", scope, why: doubt, touches: [], ...labelled(label) };
    }
  }

  async #own(scope: Scope): Promise<OwnSettings | undefined> {
    if (this.#differ === undefined) return undefined;
    const own = await this.#asking.evaluate(() => ownSettings(this.#task, scope));
    this.#differ.push(own);
    return own;
  }

  /** `doubt`: whether the task runs at all is not known; what it would change is then not known either. */
  async #observe(
    scope: Scope,
    label: string | undefined,
    asker: Asker,
    doubt: Because | undefined,
  ): Promise<PreparedItem> {
    const task = this.#task;
    const raw = await this.#asking.evaluate(() => task.args.evaluate(scope));
    const checked = checkParams(task.module, raw, task);
    if ("errors" in checked) throw checked.errors[0] ?? inputError("the parameters are wrong", { place: task.place });
    const { params } = checked;
    for (const secret of secretsIn(task.module, raw)) this.#context.keepSecret?.(secret);
    if (this.#look === "blind") {
      const changes = task.module.blind?.(params) ?? [];
      if (doubt !== undefined) return unknownItem(scope, label, doubt, changes);
      return { kind: "ready", scope, params, state: undefined, changes, ...labelled(label) };
    }
    const local = this.#local(scope);
    const writes = task.module.writesHere?.(params);
    // Where it cannot write the module will say so.
    const target = writes && (await local.target(writes).catch(() => undefined));
    if (target !== undefined) this.#writesHere.set(scope, target.path);
    const on = await this.#delegate(scope);
    const more = { ...labelled(label), ...(on !== undefined && { on }) };
    let state: unknown;
    try {
      [state] = await Promise.all([
        task.module.observe(this.#asking.read(asker, on), params, local),
        this.#asking.reach(asker, on),
      ]);
    } catch (error) {
      const why = whyUnknown(error);
      if (why === undefined) throw error;
      const may = task.module.mayTouch?.(params) ?? [];
      const touches = await this.#asking.touches(error, may);
      return { kind: "unknown", scope, why, touches, ...more };
    }
    const changes = task.module.diff(state, params);
    if (doubt === undefined || (changes.length === 0 && isQuiet(task))) {
      return { kind: "ready", scope, params, state, changes, ...more };
    }
    return { ...unknownItem(scope, label, doubt, changes), ...more };
  }

  async #delegate(scope: Scope): Promise<Host | undefined> {
    const { delegateTo } = this.#task;
    if (delegateTo === undefined) return undefined;
    return this.#context.hostOf(await this.#asking.evaluate(() => delegateTo.evaluate(scope)));
  }

  /** A template may need facts and registers, as any expression; in a dry run any file may be still to come. */
  #local(scope: Scope): Local {
    const local = trackedLocal(this.#task.local(scope), this.#context.waves);
    const { evaluate } = this.#asking;
    return {
      ...local,
      template: (src) => evaluate(() => local.template(src)),
      file: (src, decrypt) => evaluate(() => local.file(src, decrypt)),
      tree: (src, follow, decrypt) => evaluate(() => local.tree(src, follow, decrypt)),
      variables: (from) => evaluate(() => local.variables(from)),
    };
  }

  async #ended(scope: Scope, label: string | undefined, error: unknown): Promise<PreparedItem> {
    if (error instanceof Blocked || error instanceof NeedsItemBefore) throw error;
    const why = whyUnknown(error);
    if (why !== undefined) {
      return { kind: "unknown", scope, why, touches: await this.#asking.touches(error, []), ...labelled(label) };
    }
    return { kind: "failed", scope, error: this.#placed(asFettleError(error)), ...labelled(label) };
  }

  /** What would be refused at its turn is refused in a dry run, too. */
  #asJob(item: PreparedItem): PreparedItem {
    const error = item.kind === "ready" ? whyNoJob(item.changes) : undefined;
    if (error === undefined) return item;
    return { kind: "failed", scope: item.scope, error: this.#placed(error), ...labelled(item.label) };
  }

  /** A host that does not answer is no fault of the line of the playbook that needed it first. */
  #placed(error: FettleError): FettleError {
    if (error.kind === "unreachable") return error;
    const place = error.details.place ?? this.#task.place;
    const excerpt = this.#task.excerpt(place);
    return error.at({ place, ...(error.details.place === undefined && excerpt !== undefined && { excerpt }) });
  }

  #error(cause: string, place: Task["place"]): FettleError {
    const excerpt = this.#task.excerpt(place);
    return inputError(cause, { place, ...(excerpt !== undefined && { excerpt }) });
  }
}

type Skip = string | Because;

interface LoopItem {
  readonly scope: Scope;
  /** Absent without a loop. */
  readonly label?: string;
  readonly skip?: Skip;
}
