import type { Event, Status } from "../contract/event.js";
import { escapeLine } from "./escape.js";
import { type Paint, type Tone } from "./paint.js";
import { statusTones, taskLabel } from "./task.js";
import { count } from "./units.js";

interface HostState {
  readonly name: string;
  /** Whether the play that runs is for this host, too. */
  plays: boolean;
  settled: number;
  readonly by: Map<Status, number>;
  doing: string;
  failed: boolean;
  done: boolean;
}

const shownStatuses: readonly Status[] = ["changed", "failed", "ignored", "unknown", "unreachable"];

/** What the live tree shows: for each host how far it is and what it does, or only totals. */
export class Board {
  readonly #hosts = new Map<string, HostState>();
  #taskCount = 0;

  note(event: Event): void {
    if (event.type === "runStarted") for (const host of event.hosts) this.#hosts.set(host, fresh(host));
    if (event.type === "playStarted") this.#startPlay(event.hosts, event.taskCount);
    if (!("host" in event)) return;
    const host = this.#hosts.get(event.host);
    if (host !== undefined) advance(host, event);
  }

  get hosts(): readonly string[] {
    return [...this.#hosts.keys()];
  }

  failed(host: string): boolean {
    return this.#hosts.get(host)?.failed ?? false;
  }

  /** `web1  12/41  2 changed  nginx : write the config` */
  hostLine(name: string, paint: Paint): string {
    const host = this.#hosts.get(name) ?? fresh(name);
    const width = Math.max(...this.hosts.map((other) => escapeLine(other).length));
    const progress = !host.plays ? "" : host.done ? "done" : `${host.settled}/${this.#taskCount}`;
    const parts = [escapeLine(name).padEnd(width), progress, ...tallies(host.by, paint), host.doing];
    return parts.filter((part) => part !== "").join("  ");
  }

  /** `3 of 200 hosts done  12 changed` */
  totalLine(paint: Paint): string {
    const hosts = [...this.#hosts.values()];
    const players = hosts.filter(({ plays }) => plays);
    // Of the play under way: a host that is through waits for the others.
    const isThrough = ({ settled }: HostState): boolean => this.#taskCount > 0 && settled >= this.#taskCount;
    const done = players.filter((host) => host.done || host.failed || isThrough(host)).length;
    const totals = new Map<Status, number>();
    for (const { by } of hosts) for (const [status, n] of by) totals.set(status, (totals.get(status) ?? 0) + n);
    return [`${done} of ${count(players.length, "host")} done`, ...tallies(totals, paint)].join("  ");
  }

  #startPlay(hosts: readonly string[], taskCount: number): void {
    this.#taskCount = taskCount;
    for (const host of this.#hosts.values()) host.plays = false;
    for (const name of hosts) {
      const host = this.#hosts.get(name) ?? fresh(name);
      this.#hosts.set(name, Object.assign(host, { plays: true, settled: 0, done: false }));
    }
  }
}

function fresh(name: string): HostState {
  return { name, plays: false, settled: 0, by: new Map(), doing: "", failed: false, done: false };
}

function advance(host: HostState, event: Event): void {
  switch (event.type) {
    case "hostConnecting":
      host.doing = "connecting";
      return;
    case "hostConnected":
      host.doing = "";
      return;
    case "taskStarted":
      host.doing = taskLabel(event.task);
      return;
    case "taskRetried":
      host.doing = `${taskLabel(event.task)}, again (${event.left} left)`;
      return;
    case "batchSent":
      host.doing =
        event.tasks.length === 1 && event.tasks[0] ? taskLabel(event.tasks[0]) : `${event.tasks.length} tasks`;
      return;
    case "taskSettled":
      // A handler is not among the play's tasks.
      if (event.task.handler !== true) host.settled++;
      host.by.set(event.status, (host.by.get(event.status) ?? 0) + 1);
      return;
    case "hostUnreachable":
      host.by.set("unreachable", 1);
      host.failed = true;
      host.doing = "";
      return;
    case "hostFailed":
      host.failed = true;
      host.doing = "";
      return;
    case "hostDone":
      host.done = true;
      host.doing = "";
      return;
    default:
      return;
  }
}

function tallies(by: ReadonlyMap<Status, number>, paint: Paint): string[] {
  return shownStatuses.flatMap((status) => {
    const n = by.get(status) ?? 0;
    const tone: Tone = statusTones[status];
    return n === 0 ? [] : [paint(tone, `${n} ${status}`)];
  });
}
