import { expect } from "chai";
import { Acme, Lab } from "../lab/index.js";
import { until } from "../lab/run.js";
import { type Site, siteName, writeSite } from "../lab/site.js";
import { type CliRun, fettle, verdictsOf, wrongVerdicts } from "../support/cli.js";

/** The site of inventory/example with a cluster in place of a primary and a replica. */
describe("the whole site, its database a cluster", function () {
  this.timeout(300_000);
  let lab: Lab;
  let site: Site;

  before(async function () {
    this.timeout(600_000);
    const hosts = ["lb1", "app1", "g1", "g2", "g3"].map((name) => ({ name, kind: "bookworm" }) as const);
    lab = await Lab.up({ name: "galera-site", fresh: true, hosts });
    const acme = await Acme.start(lab);
    await acme.point(siteName, [lab.host("lb1").address]);
    site = await writeSite(lab, { acme });
  });

  after(() => Lab.down("galera-site"));

  const run = async (command: "plan" | "apply"): Promise<CliRun> => {
    const done = await fettle(command, ...site.args, "playbooks/site.yml", "--output", "json");
    expect(done.status, done.stdout.slice(-3000) + done.stderr).to.equal(0);
    return done;
  };

  /** The service's own answer on its host: its status, and the page. */
  const ask = async (request: string): Promise<string> =>
    (
      await lab
        .host("app1")
        .exec(
          "bash -c 'exec 3<>/dev/tcp/127.0.0.1/3000; cat >&3; timeout 10 cat <&3'",
          `${request.replace(/\n/g, "\r\n")}\r\n`,
        )
    ).stdout;
  const write = (text: string): Promise<string> =>
    ask(`POST /notes HTTP/1.0\nContent-Type: application/x-www-form-urlencoded\nContent-Length: ${text.length + 5}\n\ntext=${text}`); // prettier-ignore
  const read = (): Promise<string> => ask("GET / HTTP/1.0\n");
  const reaches = async (from: string, to: string, port: number): Promise<boolean> =>
    (await lab.host(from).exec(`timeout 2 bash -c '</dev/tcp/${lab.host(to).address}/${port}'`)).code === 0;

  it("comes of bare hosts as planned, and is left alone then", async () => {
    const plan = await run("plan");
    const first = await run("apply");
    expect(wrongVerdicts(plan.events, first.events)).to.deep.equal([]);
    const again = await run("apply");
    expect([...verdictsOf(again.events)].filter(([, status]) => status === "changed")).to.deep.equal([]);
  });

  it("writes to the first node, and to another one when that is gone", async () => {
    expect(await write("first")).to.match(/^HTTP\/1\.\d 303/);
    expect(await read())
      .to.contain("first")
      .and.contain("g1");
    await lab.host("g1").kill();
    await until("another node takes the writes", 60_000, async () => (await write("second")).includes(" 303 "));
    expect(await read()).to.match(/second[^]*first/);
    expect(await read()).to.match(/\bg[23]\b/);
    await lab.host("g1").power("on");
    await until("the first node has all of it", 60_000, async () =>
      (await lab.host("g1").exec("mariadb hello -Ne 'SELECT text FROM notes'")).stdout.includes("second"),
    );
  });

  it("lets only load balancers to the nodes, and only nodes to each other", async () => {
    expect([await reaches("lb1", "g2", 3306), await reaches("g1", "g2", 4567)]).to.deep.equal([true, true]);
    expect([await reaches("app1", "g2", 3306), await reaches("lb1", "g2", 4567)]).to.deep.equal([false, false]);
    expect([await reaches("app1", "lb1", 3306), await reaches("g1", "lb1", 3306)]).to.deep.equal([true, false]);
  });
});
