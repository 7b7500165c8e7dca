import type { Play } from "../contract/play.js";
import type { Connection, Target } from "../contract/transport.js";
import { connect } from "../transport/index.js";

/** How each play logs in to its hosts: another one may do so as another user. */
export class Logins {
  readonly #ofPlays = new Map<Play, Map<string, Target>>();

  add(play: Play, target: Target): void {
    const targets = this.#ofPlays.get(play) ?? new Map<string, Target>();
    this.#ofPlays.set(play, targets.set(target.name, target));
  }

  secrets(): readonly string[] {
    const targets = [...this.#ofPlays.values()].flatMap((ofHosts) => [...ofHosts.values()]);
    return targets
      .flatMap(({ password, passphrase, becomePassword }) => [password, passphrase, becomePassword])
      .filter((secret) => secret !== undefined);
  }

  connect(host: string, play: Play, signal: AbortSignal): Promise<Connection> {
    return connect(this.#target(host, play), signal);
  }

  /** Equal for plays that log in to the host in the same way. */
  key(host: string, play: Play): string {
    return JSON.stringify(this.#target(host, play));
  }

  #target(host: string, play: Play): Target {
    const target = this.#ofPlays.get(play)?.get(host);
    if (target === undefined) throw new Error(`no target for ${host}`);
    return target;
  }
}
