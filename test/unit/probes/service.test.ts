import { expect } from "chai";
import { service, type ServiceState } from "../../../src/probes/service.js";

/** What is read of cron when these lines tell of its files in /etc. */
function read(mark: string, dropIns: string, properties: Readonly<Record<string, string>>): ServiceState {
  const usual = { Id: "cron.service", LoadState: "loaded", FragmentPath: "/lib/systemd/system/cron.service" };
  const block = Object.entries({ ...usual, NeedDaemonReload: "no", ...properties }).map(
    ([key, value]) => `${key}=${value}`,
  );
  const [state] = service.parse(Buffer.from([mark, dropIns, ...block, ""].join("\n")), ["cron"]);
  return state as ServiceState;
}

describe("the files of a service", () => {
  it("are to be read again when systemd says so", () => {
    expect(read("w", "", { NeedDaemonReload: "yes" }).needsReload).to.equal(true);
    expect(read("w", "", {}).needsReload).to.equal(false);
  });

  it("are to be read again when there is a drop-in that systemd has not seen, which it may not notice", () => {
    expect(read("w", "/10-nice.conf", {}).needsReload).to.equal(true);
    const taken = { DropInPaths: "/run/systemd/system/cron.service.d/10-nice.conf" };
    expect(read("w", "/10-nice.conf", taken).needsReload).to.equal(false);
  });

  it("are to be read again when a stronger file has come", () => {
    expect(read("ew", "", {}).needsReload).to.equal(true);
    expect(read("ew", "", { FragmentPath: "/etc/systemd/system/cron.service" }).needsReload).to.equal(false);
    expect(read("e", "", { LoadState: "masked", FragmentPath: "/dev/null" })).to.include({
      needsReload: false,
      wanted: false,
    });
  });
});
