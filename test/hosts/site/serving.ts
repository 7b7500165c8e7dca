import { expect } from "chai";
import { connect, type ConnectionOptions } from "node:tls";
import { siteGroups, siteName } from "../../lab/site.js";
import { eventually, type SiteUnderTest } from "./under-test.js";

const hsts = "max-age=63072000";

/** What visitors get. */
export function serving(site: SiteUnderTest): void {
  before(() => site.ensureUp());

  it("has a certificate by a real order, which either load balancer can answer", async () => {
    const validations = async (name: string): Promise<number> =>
      Number((await site.host(name).exec("grep -c '/.well-known/acme-challenge/' /var/log/haproxy.log")).stdout);
    expect(await site.acme.log()).to.contain("Attempting to validate");
    await eventually("lb1 has answered a look", async () => (await validations("lb1")) > 0);
    // The looks of one order go to the first address.
    await site.pointTo("lb2", "lb1");
    const renewed = await site.run("apply", "playbooks/certificates.yml", "--tags", "renew");
    site.isDone(renewed);
    await eventually("lb2 has answered a look", async () => (await validations("lb2")) > 0);
    await site.pointTo("lb1", "lb2");
    const serials = siteGroups.lb.map(async (name) => (await site.get("/healthz", site.host(name).address)).serial);
    expect(new Set(await Promise.all(serials)).size).to.equal(1);
  });

  it("answers by https at the shared address, with HSTS on every answer", async () => {
    const good = await site.get();
    expect([good.status, good.headers["strict-transport-security"]]).to.deep.equal([200, hsts]);
    const moved = await site.post("hello");
    expect([moved.status, moved.headers["strict-transport-security"]]).to.deep.equal([303, hsts]);
    const { address } = site.host("lb2");
    const all = (word: string): Promise<unknown> =>
      site
        .host("lb2")
        .exec(
          siteGroups.web
            .map((name) => `echo '${word} server web/${name}' | socat - /run/haproxy/admin.sock`)
            .join("; "),
        );
    await all("disable");
    const none = await site.get("/", address);
    await all("enable");
    expect([none.status, none.headers["strict-transport-security"]]).to.deep.equal([503, hsts]);
  });

  it("sends http to https", async () => {
    const plain = await fetch(`http://${site.site.vip}/x?y=1`, { redirect: "manual" });
    expect([plain.status, plain.headers.get("location")]).to.deep.equal([301, `https://${site.site.vip}/x?y=1`]);
    // RFC 6797, 7.2: not over plain http, where anybody could have written it.
    expect(plain.headers.get("strict-transport-security")).to.equal(null);
  });

  it("speaks TLS 1.2 and 1.3 for its own name, with no older ciphers", async () => {
    const protocol = (options: ConnectionOptions): Promise<string> =>
      new Promise((resolve) => {
        const { address: host, ca } = site.target();
        const socket = connect({ host, port: 443, servername: siteName, ca, ...options }, () => {
          resolve(socket.getProtocol() ?? "none");
          socket.destroy();
        });
        socket.on("error", () => resolve("refused"));
      });
    expect(await protocol({ minVersion: "TLSv1.3" })).to.equal("TLSv1.3");
    expect(await protocol({ maxVersion: "TLSv1.2" })).to.equal("TLSv1.2");
    const old = { minVersion: "TLSv1", maxVersion: "TLSv1.1", ciphers: "ALL:@SECLEVEL=0" } as const;
    expect(await protocol(old)).to.equal("refused");
    expect(await protocol({ maxVersion: "TLSv1.2", ciphers: "ECDHE-ECDSA-AES128-SHA" })).to.equal("refused");
    expect(await protocol({ servername: "other.test" })).to.equal("refused");
  });

  it("shows a row that was written through the app to the primary, read from the replica", async () => {
    const note = `canary ${Date.now()}`;
    expect((await site.post(note)).status).to.equal(303);
    await eventually("the replica has it", async () => (await site.get()).body.includes(note));
    expect((await site.get()).body).to.contain("read from db2");
    const query = `mariadb --batch --skip-column-names -e "SELECT COUNT(*) FROM hello.notes WHERE text = '${note}'"`;
    expect(await site.everywhere(siteGroups.db, query)).to.deep.equal(["1", "1"]);
  });

  it("spreads requests over all web and app servers", async () => {
    await site.everywhere(siteGroups.web, "truncate -s 0 /var/log/nginx/access.log");
    const seen = new Set<unknown>();
    for (let i = 0; i < 20; i++) seen.add((await site.get()).headers["x-app-host"]);
    expect([...seen].sort()).to.deep.equal(siteGroups.app);
    const counts = (await site.everywhere(siteGroups.web, "grep -c 'GET / ' /var/log/nginx/access.log")).map(Number);
    expect(counts.reduce((sum, one) => sum + one)).to.equal(20);
    expect(Math.min(...counts)).to.be.greaterThan(5);
  });
}
