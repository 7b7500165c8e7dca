import { expect } from "chai";
import { connect as connectTls, type ConnectionOptions } from "node:tls";
import { writeBalancers } from "../lab/balancers.js";
import { Acme, Lab } from "../lab/index.js";
import { siteName, vipOf } from "../lab/site.js";
import { type CliRun, fettle, verdictsOf, wrongVerdicts } from "../support/cli.js";
import { until } from "../lab/run.js";
import { getOnce, Load } from "../support/load.js";

const certificates = "playbooks/certificates.yml";

describe("certificates of two load balancers", function () {
  this.timeout(240_000);
  let lab: Lab;
  let acme: Acme;
  let site: { inventory: string; playbook: string };
  let ca: string;
  let plan: CliRun;

  before(async function () {
    this.timeout(600_000);
    const hosts = ["lb1", "lb2", "web1"].map((name) => ({ name, kind: "bookworm" }) as const);
    lab = await Lab.up({ name: "certificates", fresh: true, hosts });
    acme = await Acme.start(lab);
    ca = await acme.rootPem();
    site = await writeBalancers(lab, acme);
    await pointTo("lb1", "lb2");
  });

  after(() => Lab.down("certificates"));

  const pointTo = (...names: readonly string[]): Promise<void> =>
    acme.point(
      siteName,
      names.map((name) => lab.host(name).address),
    );
  const apply = (...more: readonly string[]): Promise<CliRun> =>
    fettle("apply", "-i", site.inventory, site.playbook, ...more);
  const at = (address: string, path = "/healthz") => ({ address, name: siteName, path, ca });
  const serials = async (): Promise<readonly string[]> =>
    Promise.all(["lb1", "lb2"].map(async (name) => (await getOnce(at(lab.host(name).address))).serial));
  const validations = async (name: string): Promise<number> =>
    Number((await lab.host(name).exec("grep -c '/.well-known/acme-challenge/' /var/log/haproxy.log")).stdout);
  const hasValidated = (name: string): Promise<boolean> =>
    until(`${name} has answered`, 10_000, async () => (await validations(name)) > 0).then(
      () => true,
      () => false,
    );
  const changesOf = (run: CliRun): readonly string[] =>
    [...verdictsOf(run.events)].filter(([, status]) => status === "changed").map(([name]) => name);

  it("are planned on bare hosts without a failed task", async () => {
    plan = await fettle("plan", "-i", site.inventory, site.playbook, "--output", "json");
    expect(plan.status, plan.stdout.slice(-3000) + plan.stderr).to.equal(0);
    expect([...verdictsOf(plan.events).values()]).to.not.include("failed");
  });

  it("come by a real order that each load balancer answers, as planned", async () => {
    const run = await apply("--output", "json");
    expect(run.status, run.stdout.slice(-3000) + run.stderr).to.equal(0);
    expect(wrongVerdicts(plan.events, run.events)).to.deep.equal([]);
    expect(await acme.log()).to.contain("Attempting to validate");
    // Its three looks go to the first address: another order goes to the other one.
    expect(await hasValidated("lb1")).to.equal(true);
    await pointTo("lb2", "lb1");
    await renew();
    // Once, on a busy machine, no look of this order was in lb2's log; whose it was then is printed.
    if (!(await hasValidated("lb2"))) {
      const look = "tail -n 20 /var/log/haproxy.log; journalctl -q -u certbot -u haproxy -u rsyslog -n 30";
      for (const name of ["lb1", "lb2"]) console.log(name, (await lab.host(name).exec(look)).stdout);
      await renew();
    }
    expect(await hasValidated("lb2")).to.equal(true);
    await lab.host("lb2").exec("systemctl start certbot-take.service");
  });

  it("leave nothing for a second apply", async () => {
    const again = await apply("--output", "json");
    expect(again.status, again.stdout.slice(-3000)).to.equal(0);
    expect(changesOf(again)).to.deep.equal([]);
  });

  it("are served at the shared address, with HSTS on every answer, and http goes to https", async () => {
    const vip = vipOf(lab);
    const hsts = "max-age=63072000";
    const good = await getOnce(at(vip));
    expect([good.status, good.body, good.headers["strict-transport-security"]]).to.deep.equal([200, "ok\n", hsts]);
    const moved = await getOnce(at(vip, "/old"));
    expect([moved.status, moved.headers["strict-transport-security"]]).to.deep.equal([301, hsts]);
    await lab.host("lb1").exec("echo 'disable server web/web1' | socat - /run/haproxy/admin.sock");
    const none = await getOnce(at(lab.host("lb1").address));
    await lab.host("lb1").exec("echo 'enable server web/web1' | socat - /run/haproxy/admin.sock");
    expect([none.status, none.headers["strict-transport-security"]]).to.deep.equal([503, hsts]);
    const plain = await fetch(`http://${vip}/x?y=1`, { redirect: "manual" });
    expect([plain.status, plain.headers.get("location")]).to.deep.equal([301, `https://${vip}/x?y=1`]);
    const challenge = await fetch(`http://${vip}/.well-known/acme-challenge/none/of/ours`, { redirect: "manual" });
    expect(challenge.status).to.equal(404);
  });

  it("are served with TLS 1.2 and 1.3 and no older ciphers", async () => {
    const protocols = async (options: ConnectionOptions): Promise<string> =>
      new Promise((resolve) => {
        const socket = connectTls({ host: vipOf(lab), port: 443, servername: siteName, ca, ...options }, () => {
          resolve(socket.getProtocol() ?? "none");
          socket.destroy();
        });
        socket.on("error", () => resolve("refused"));
      });
    expect(await protocols({ minVersion: "TLSv1.3" })).to.equal("TLSv1.3");
    expect(await protocols({ maxVersion: "TLSv1.2" })).to.equal("TLSv1.2");
    const old = { minVersion: "TLSv1", maxVersion: "TLSv1.1", ciphers: "ALL:@SECLEVEL=0" } as const;
    expect(await protocols(old)).to.equal("refused");
    expect(
      await protocols({ maxVersion: "TLSv1.2", ciphers: "ECDHE-ECDSA-AES128-SHA:ECDHE-ECDSA-AES128-SHA256" }),
    ).to.equal("refused");
    expect(await protocols({ servername: "other.test" })).to.equal("refused");
  });

  /** As Debian's timer does it: every certificate is due. */
  const renew = async (): Promise<void> => {
    const due =
      "sed -i 's/^#* *renew_before_expiry.*/renew_before_expiry = 9999 days/' /etc/letsencrypt/renewal/site.conf";
    const renewed = await lab.host("lb1").exec(`${due} && systemctl start certbot.service`);
    expect(renewed.code, renewed.stderr).to.equal(0);
  };

  it("are renewed under load without a failed request, the same on both", async () => {
    const [before] = await serials();
    const load = new Load(at(vipOf(lab)), { everyMs: 20, timeoutMs: 5000, most: 3000 });
    await renew();
    // Its timer comes by itself; a test does not wait for it.
    await lab.host("lb2").exec("systemctl start certbot-take.service");
    const now = await serials();
    const { sent, failed, reasons, serials: seen } = await load.stop();
    console.log(`      renewal under load: ${failed} of ${sent} requests failed, ${seen.length} serials seen`);
    expect([failed, reasons]).to.deep.equal([0, []]);
    expect(now[0]).to.equal(now[1]);
    expect(seen).to.include.members([before, now[0]]);
  });

  it("are renewed and shown by the playbook", async () => {
    const [before] = await serials();
    const run = await fettle("apply", "-i", site.inventory, certificates, "--tags", "renew");
    expect(run.status, run.stdout + run.stderr).to.equal(0);
    const [one, two] = await serials();
    expect(one).to.equal(two).and.to.not.equal(before);
    for (const said of [`${siteName}: CN=${siteName}, issued by CN=Pebble Intermediate`, `serial ${one}`, "days left"])
      expect(run.stdout).to.contain(said);
  });

  it("that differ are found by a look that changes nothing", async () => {
    const two = lab.host("lb2");
    await two.exec("cp -p /etc/haproxy/certs/site.pem /root/kept.pem");
    await renew();
    const look = (): Promise<CliRun> => fettle("plan", "-i", site.inventory, certificates, "--tags", "show");
    const found = await look();
    expect(found.status).to.equal(3);
    expect(found.stdout).to.contain(`lb1 and lb2 serve different certificates for ${siteName}`);
    expect((await two.exec("systemctl start certbot-take.service")).code).to.equal(0);
    expect((await look()).status).to.equal(0);
  });

  it("whose key does not belong to them never replace a good one", async () => {
    const before = await serials();
    const share = "/var/lib/certbot-share/site.pem";
    const spoil = "openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 | sed '/^$/d'";
    await lab.host("lb1").exec(`cp -p ${share} /root/good; (sed '/PRIVATE KEY/,$d' /root/good; ${spoil}) >${share}`);
    const refused = await lab.host("lb2").exec("certbot-take");
    expect(refused.code).to.equal(1);
    expect(refused.stderr).to.contain("or its key does not belong to it; the old one stays");
    expect(await serials()).to.deep.equal(before);
    await lab.host("lb1").exec(`cp -p /root/good ${share}`);
    expect((await lab.host("lb2").exec("certbot-take --check")).code).to.equal(0);
  });

  it("with few days left make their unit fail and say so", async () => {
    const two = lab.host("lb2");
    await two.exec("sed -i 's/^WARN_DAYS=.*/WARN_DAYS=9999/' /etc/certbot-take/settings");
    const run = await two.exec("certbot-take --watch");
    await two.exec("sed -i 's/^WARN_DAYS=.*/WARN_DAYS=21/' /etc/certbot-take/settings");
    expect([run.code, run.stderr]).to.deep.equal([
      1,
      `certbot-take: certificate site has less than 9999 days left: look at certbot.service on ${lab.host("lb1").address}\n`,
    ]);
  });

  it("are all that the key of a load balancer opens", async () => {
    const ssh = `ssh -i /etc/certbot-take/id_ed25519 -o HostKeyAlias=certbot-issuer -o UserKnownHostsFile=/etc/certbot-take/known_hosts certbot-share@${lab.host("lb1").address}`;
    for (const command of ["id", "../../../etc/shadow", "'site; id'", ""]) {
      const tried = await lab.host("lb2").exec(`${ssh} ${command} </dev/null`);
      expect(tried.code, command).to.not.equal(0);
      expect(tried.stdout, command).to.equal("");
    }
  });

  it("stay when a configuration is refused, and the service keeps serving", async () => {
    const bad = await apply("-e", "haproxy_global_extra=nonsense");
    expect(bad.status).to.equal(3);
    expect(bad.stdout).to.contain("unknown keyword 'nonsense'");
    expect((await getOnce(at(vipOf(lab)))).status).to.equal(200);
    expect(changesOf(await apply("--output", "json"))).to.deep.equal([]);
  });

  it("come by an order that is passed on to the issuer, too", async () => {
    const proxied = {
      haproxy_acme_mode: "proxied",
      haproxy_acme_issuer: `${lab.host("lb1").address}:8888`,
      certbot_mode: "proxied",
    };
    const [before] = await serials();
    await writeBalancers(lab, acme, proxied);
    const run = await apply("--output", "json");
    expect(run.status, run.stdout.slice(-3000)).to.equal(0);
    const [one, two] = await serials();
    expect(one).to.equal(two).and.to.not.equal(before);
    expect(changesOf(await apply("--output", "json"))).to.deep.equal([]);
  });

  it("are there after a reboot", async () => {
    const before = await serials();
    await Promise.all(
      lab.hosts.map(async (host) => {
        await host.power("off");
        await host.power("on");
        await host.waitForLogin();
      }),
    );
    expect(changesOf(await apply("--output", "json"))).to.deep.equal([]);
    expect(await serials()).to.deep.equal(before);
    const { stdout } = await lab.host("lb1").exec("systemctl is-active certbot.timer certbot-take.timer keepalived");
    expect(stdout).to.equal("active\nactive\nactive\n");
  });
});
