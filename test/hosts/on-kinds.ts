import { Lab, type LabHost } from "../lab/index.js";
import type { Kind } from "../lab/kinds.js";
import type { LocalHost } from "../support/local-host.js";
import { enter } from "./support.js";

/** The host of one kind; there once its tests run. */
export interface At {
  readonly machine: LabHost;
  /** Logged in as root. */
  readonly host: LocalHost;
}

/** Tests on one host of each kind, in a lab of their own. Called inside of a `describe`. */
export function onKinds<K extends Kind>(lab: string, kinds: readonly K[], tests: (kind: K, at: At) => void): void {
  let hosts: Lab;

  before(async function () {
    this.timeout(600_000);
    hosts = await Lab.up({ name: lab, fresh: true, hosts: kinds.map((kind) => ({ name: kind, kind })) });
  });

  after(() => Lab.down(lab));

  for (const kind of kinds)
    describe(`on ${kind}`, () => {
      const at = {} as { -readonly [Key in keyof At]: At[Key] };

      before(async () => {
        at.machine = hosts.host(kind);
        at.host = await enter(at.machine);
      });

      after(() => at.host.close());

      tests(kind, at);
    });
}
