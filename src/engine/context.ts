import type { Handler, Play } from "../contract/play.js";
import { type DynamicParts, dynamicOf } from "./dynamic.js";
import { type Facts, SeenFacts } from "./facts.js";
import type { Handlers } from "./handlers.js";
import type { Host } from "./host.js";
import type { Marks } from "./marks.js";
import type { Overlay } from "./overlay.js";
import type { PlayHosts } from "./play-hosts.js";
import type { Reader } from "./reader.js";
import type { Tranche } from "./tranche.js";
import type { WaveQueue } from "./wave.js";

/** What preparing a task takes from the host it runs on. */
export interface HostContext extends DynamicParts {
  readonly reader: Reader;
  /** Dry run only. */
  readonly overlay: Overlay | undefined;
  readonly waves: WaveQueue;
  readonly facts: Facts;
  readonly play: Play;
  readonly handlers: Handlers;
  /** Whether this play itself has marked the handler. */
  readonly isOwnMark: (key: string) => boolean;
  readonly keepSecret?: ((value: string) => void) | undefined;
  /** A host that a task is delegated to. */
  readonly hostOf: (name: string) => Host;
}

interface ContextParts {
  readonly play: Play;
  readonly tranche: Tranche;
  readonly playHosts: PlayHosts;
  readonly handlers: Handlers;
  readonly marks: Marks;
}

export function contextOf(host: Host, { play, tranche, playHosts, handlers, marks }: ContextParts): HostContext {
  const { name, deps, reader, overlay, waves, variables, facts } = host;
  return {
    ...{ host: name, reader, overlay, waves, variables, facts, play, handlers },
    magic: (position, lookups) =>
      Object.assign(playHosts.magic(name, tranche.hosts, position, lookups), {
        ansible_check_mode: deps.mode === "plan",
        ansible_play_hosts_all: play.hosts,
      }),
    others: () => tranche.hosts.filter((other) => other !== name),
    known: (other) => deps.known(other),
    coming: deps.coming,
    isOwnMark: (key) => marks.isOwn(key),
    keepSecret: deps.keepSecret,
    hostOf: (other) => deps.hostOf(other, play),
  };
}

/**
 * The name of a handler on a host; undefined when it is not known. As in Ansible, from what there is when the play
 * begins: no facts, no registers of its tasks.
 */
export function handlerName(handler: Handler, context: HostContext): string | undefined {
  const dynamic = dynamicOf(context, [], new SeenFacts(context.facts), { note: () => undefined });
  try {
    return handler.name.evaluate(handler.scope(context.host, dynamic));
  } catch {
    return undefined;
  }
}
