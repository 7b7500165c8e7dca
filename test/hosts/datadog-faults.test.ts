import { expect } from "chai";
import { both, DatadogSite, KEY, REFUSED_KEY, verdicts } from "./datadog-site.js";

const DB_PASSWORD = "canary-db-0123456789";

/** Configurations that the agent does not take, or does not run well with. */
describe("the role datadog-agent with a wrong configuration", function () {
  this.timeout(300_000);
  let site: DatadogSite;

  before(async function () {
    this.timeout(600_000);
    site = await DatadogSite.open("datadog-faults");
  });

  after(() => site.close());

  it("says that there is nothing to go back to", async () => {
    const run = await site.agent("apply", site.inputs({ config: { log_level: "loud" } }));
    expect(run.status).to.equal(3);
    for (const cause of ["unknown log level: loud", "There is no earlier configuration to go back to."])
      expect(run.stdout).to.contain(cause);
  });

  it("is well with a right one", async () => {
    expect((await site.agent("apply", site.inputs())).status).to.equal(0);
    expect(await site.everywhere("systemctl is-active datadog-agent")).to.deep.equal(both("active"));
  });

  const asItIs =
    "cd /etc/datadog-agent; cat datadog.yaml conf.d/*/* | sha256sum; systemctl is-active datadog-agent; find . -type f | sort";
  /** Applies what must not be taken; the agents are as they were. */
  const refused = async (more: object, ...causes: readonly string[]): Promise<void> => {
    const before = await site.everywhere(asItIs);
    const run = await site.agent("apply", site.inputs({ datadog_agent_timeout_s: 8, ...more }));
    expect(run.status, run.stdout.slice(-3000)).to.equal(3);
    for (const cause of causes) expect(run.stdout).to.contain(cause);
    expect(await site.everywhere(asItIs)).to.deep.equal(before);
  };

  it("refuses what the agent cannot read before it replaces the good one", async () => {
    const process = "systemctl show --property=MainPID datadog-agent";
    const before = await site.everywhere(process);
    await refused(
      { config: { tags: ["ENC[tag]"], secret_backend_command: "/nonexistent" } },
      "the agent cannot read this configuration:\\nError: unable to load Datadog config file: unable to decrypt secret",
    );
    expect(await site.everywhere(process)).to.deep.equal(before);
  });

  const back = "The configuration from before is back, and the agent is well with it.";

  it("goes back when the agent dies of it", async () => {
    const more = { datadog_agent_checks: { disk: { instances: [{ use_mount: false }] } } };
    await refused({ config: { log_level: "loud" }, ...more }, "it died", "unknown log level: loud", back);
  });

  it("goes back when the agent is not well", async () => {
    await refused(
      { datadog_agent_api_key: REFUSED_KEY },
      "it was not well within 8 s",
      "unhealthy components",
      "forwarder",
      back,
    );
  });

  it("goes back when a check cannot be used, and keeps its password", async () => {
    const mysql = { instances: [{ username: "datadog", password: DB_PASSWORD }] };
    await refused({ datadog_agent_checks: { mysql } }, "mysql: no host in password=***, username=datadog", back);
  });

  it("is well again with the next run", async () => {
    const run = await site.agent("apply", site.inputs());
    expect(run.status, run.stdout.slice(-3000)).to.equal(0);
    expect(
      await site.everywhere(`grep -c ${KEY} /etc/datadog-agent/datadog.yaml; ls /run/datadog-agent-before 2>/dev/null`),
    ).to.deep.equal(both("1"));
    expect(verdicts(await site.agent("apply", site.inputs()))).to.have.members(["ok", "skipped"]);
  });

  it("shows no key and no password", async () => {
    for (const secret of [KEY, REFUSED_KEY, DB_PASSWORD])
      for (const text of [secret.slice(0, 16), Buffer.from(secret).toString("base64").slice(0, 18)])
        expect(site.said.join("\n")).to.not.contain(text);
    expect(await site.linesWith("-e canary[0]123456789abcdef -e canary[f]edcba9876543210f")).to.deep.equal(both("0"));
  });
});
