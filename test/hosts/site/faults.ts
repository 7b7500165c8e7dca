import { expect } from "chai";
import { siteGroups } from "../../lab/site.js";
import { Load } from "../../support/load.js";
import { eventually, type SiteUnderTest } from "./under-test.js";

/** Seconds, as the roles set them when nothing is said. */
const check = { interval: 2, fall: 3, connect: 3 };
const vrrp = { advert: 1, interval: 1, fall: 2, skew: (256 - 190) / 256 };
/** How long requests may be sent to what is dead. */
const limits = {
  /** Until haproxy has found the server dead, every second request goes there first, and to the other one in time. */
  web: check.interval * check.fall + check.connect,
  /** nginx asks the next app server at once; what was under way may be lost. */
  app: 0,
  haproxy: vrrp.interval * vrrp.fall + vrrp.skew,
  balancer: 3 * vrrp.advert + vrrp.skew,
};
const pace = { everyMs: 50, timeoutMs: 5000, most: 2400 };
/**
 * Requests that may fail: those sent meanwhile, and those of a second more that a busy machine may take; `share`: of how
 * many requests it can be the fault. Where another one takes over at once, that is the one under way.
 */
const allowed = (seconds: number, share: number): number =>
  seconds === 0 ? 1 : Math.ceil((share * (seconds + 1) * 1000) / pace.everyMs);

interface Fault {
  readonly what: string;
  readonly limit: number;
  readonly share?: number;
  readonly strike: () => Promise<unknown>;
  /** What shows that the others have taken over. */
  readonly noticed: () => Promise<unknown>;
  readonly mend: () => Promise<unknown>;
  /** What shows that all is as before. */
  readonly back: () => Promise<unknown>;
}

export function underFaults(site: SiteUnderTest): void {
  before(() => site.ensureUp());

  const states = async (host: string): Promise<string> =>
    (
      await site
        .host(host)
        .exec("echo 'show stat' | socat - /run/haproxy/admin.sock | grep '^web,web' | cut -d, -f2,18")
    ).stdout.trim();
  const isSeen = (state: string): Promise<void> =>
    eventually(`web1 is ${state}`, async () =>
      (await Promise.all(siteGroups.lb.map(states))).every((seen) => seen === `web1,${state}\nweb2,UP`),
    );
  const answersBy = async (header: string, value: string): Promise<boolean> =>
    (await Promise.all(Array.from({ length: 8 }, () => site.get()))).some(({ headers }) => headers[header] === value);
  const nothing = (): Promise<void> => Promise.resolve();

  const faults: readonly Fault[] = [
    {
      what: "web1 powered off",
      limit: limits.web,
      share: 0.5,
      strike: () => site.host("web1").kill(),
      noticed: () => isSeen("DOWN"),
      mend: () => site.host("web1").power("on"),
      back: () => isSeen("UP"),
    },
    {
      what: "the app's process on app1 killed",
      limit: limits.app,
      strike: () => site.host("app1").exec("systemctl kill --signal=KILL hello"),
      noticed: nothing,
      mend: nothing,
      back: () => eventually("app1 answers again", () => answersBy("x-app-host", "app1")),
    },
    {
      what: "haproxy on lb1 stopped",
      limit: limits.haproxy,
      strike: () => site.host("lb1").exec("systemctl stop haproxy"),
      noticed: () => site.isAt("lb2"),
      mend: () => site.host("lb1").exec("systemctl start haproxy"),
      back: () => site.isAt("lb1"),
    },
    {
      what: "lb1 powered off",
      limit: limits.balancer,
      strike: () => site.host("lb1").kill(),
      noticed: () => site.isAt("lb2"),
      mend: () => site.host("lb1").power("on"),
      back: () => site.isAt("lb1"),
    },
  ];

  for (const { what, limit, share = 1, strike, noticed, mend, back } of faults)
    it(`goes on with ${what}, and is whole again by itself`, async () => {
      await site.isAt("lb1");
      const load = new Load(site.target(), pace);
      await new Promise((resolve) => setTimeout(resolve, 500));
      await strike();
      await noticed();
      await mend();
      await back();
      const { sent, failed, reasons } = await load.stop();
      const most = allowed(limit, share);
      const bound = `${limit.toFixed(2)} s and a second more, at one in ${pace.everyMs} ms, allow ${most}`;
      console.log(`      ${what}: ${failed} of ${sent} requests failed; ${bound}`);
      expect(failed, reasons.join("; ")).to.be.at.most(most);
      expect((await site.get()).status).to.equal(200);
    });

  it("reads from the primary while the replica is away", async () => {
    await site.host("db2").kill();
    await eventually("the page is read from the primary", async () =>
      (await site.get()).body.includes("read from db1"),
    );
    await site.host("db2").power("on");
    await eventually("and from the replica again", async () => (await site.get()).body.includes("read from db2"));
    expect((await site.post("after the replica came back")).status).to.equal(303);
    await eventually("it follows", async () => (await site.get()).body.includes("after the replica came back"));
  });
}
