import type { Play } from "../contract/play.js";
import type { Connection, Target } from "../contract/transport.js";
import { connect } from "../transport/index.js";

/** How each play logs in to its hosts: another one may do so as another user. */
export class Logins {
  readonly #ofPlays = new Map<Play, Map<string, Target>>();
  readonly #ofOther: (host: string, play: Play) => Target;

  /** `ofOther`: a host that is none of the play's, to which a task is delegated. Throws what is wrong with its settings. */
  constructor(ofOther: (host: string, play: Play) => Target) {
    this.#ofOther = ofOther;
  }

  add(play: Play, target: Target): void {
    const targets = this.#ofPlays.get(play) ?? new Map<string, Target>();
    this.#ofPlays.set(play, targets.set(target.name, target));
  }

  secrets(): readonly string[] {
    const targets = [...this.#ofPlays.values()].flatMap((ofHosts) => [...ofHosts.values()]);
    return targets.flatMap(secretsOf);
  }

  /** `timeoutMs`: in place of what the settings say. */
  connect(host: string, play: Play, signal: AbortSignal, timeoutMs?: number): Promise<Connection> {
    return Promise.resolve().then(() => {
      const target = this.#target(host, play);
      return connect(timeoutMs === undefined ? target : { ...target, connectTimeoutMs: timeoutMs }, signal);
    });
  }

  /** Equal for plays that log in to the host in the same way. */
  key(host: string, play: Play): string {
    return JSON.stringify(this.#target(host, play));
  }

  #target(host: string, play: Play): Target {
    return this.#ofPlays.get(play)?.get(host) ?? this.#ofOther(host, play);
  }
}

export function secretsOf({ password, passphrase, becomePassword }: Target): readonly string[] {
  return [password, passphrase, becomePassword].filter((secret) => secret !== undefined);
}
