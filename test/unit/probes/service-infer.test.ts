import { expect } from "chai";
import { becomes, disturbs } from "../../../src/contract/change.js";
import { Unknown } from "../../../src/contract/query.js";
import { Overlay } from "../../../src/engine/overlay.js";
import { subjectsOf } from "../../../src/engine/touch.js";
import { fileHash } from "../../../src/probes/file-hash.js";
import { fileStat } from "../../../src/probes/file-stat.js";
import { fileText, type FileText } from "../../../src/probes/file-text.js";
import { service, type ServiceState } from "../../../src/probes/service.js";

const nothing: ServiceState = {
  id: "",
  exists: false,
  masked: false,
  active: "inactive",
  failure: "",
  enabled: "",
  canReload: false,
  transient: false,
  needsReload: false,
  wanted: false,
  files: [],
  pulls: [],
  drags: [],
};

const WANTED = "[Install]\nWantedBy=multi-user.target\n";

/** What a dry run says of a unit that was so, after a task has written a file in /etc/systemd/system. */
function after(unit: string, was: Partial<ServiceState>, file: string, content: string): unknown {
  const path = `/etc/systemd/system/${file}`;
  const text: FileText = { real: path, links: [], kind: "bytes", bytes: Buffer.from(content) };
  const entry = { type: "file", mode: 0o644, owner: "root", group: "root", sizeBytes: content.length, shared: false };
  const overlay = new Overlay();
  overlay.add("write the unit", [
    becomes(fileText(path), text),
    becomes(fileHash({ path, algorithm: "sha256", cost: "dear" }), "0"),
    becomes(fileStat(path), { real: path, links: [], entry } as never),
    disturbs("file:/etc/systemd/system/."),
  ]);
  const state = { ...nothing, id: unit, ...was };
  const query = service(unit);
  return overlay.answer(query, state, subjectsOf(query, state))?.value;
}

describe("a unit whose file is written", () => {
  it("is there, and does not run", () => {
    const unit = after("app.service", {}, "app.service", `[Service]\nExecStart=/bin/x\n${WANTED}`);
    expect(unit).to.include({ id: "app.service", exists: true, active: "inactive", enabled: "disabled" });
  });

  it("is an instance when the file is its template", () => {
    const unit = after("worker@a.service", {}, "worker@.service", `[Service]\nExecStart=/bin/x %i\n${WANTED}`);
    expect(unit).to.include({ id: "worker@a.service", exists: true, active: "inactive", enabled: "disabled" });
    expect(unit).to.have.property("files").that.deep.equals(["/etc/systemd/system/worker@.service"]);
  });

  it("is another one when the names only look alike", () => {
    expect(after("worker@a.service", {}, "worker.service", WANTED)).to.equal(undefined);
    expect(after("worker.service", {}, "worker@.service", WANTED)).to.equal(undefined);
  });

  it("may start what a timer or a socket starts", () => {
    const pulls = (unit: string, text: string) => (after(unit, {}, unit, text) as ServiceState).pulls;
    expect(pulls("tick.timer", "[Timer]\nOnBootSec=1\n")).to.deep.equal(["tick.service"]);
    expect(pulls("tick.timer", "[Timer]\nUnit=other.service\n")).to.deep.equal(["other.service"]);
    expect(pulls("web.socket", "[Socket]\nListenStream=80\nAccept=yes\n")).to.deep.equal([]);
  });

  it("stays as it is when another one is started, and systemd has read all files again", () => {
    const was = { exists: true, active: "active", enabled: "enabled", files: ["/lib/systemd/system/a.service"] };
    for (const [unit, state] of [
      ["a.service", was],
      ["a.timer", {}],
    ] as const) {
      const overlay = new Overlay();
      overlay.add("start b", [disturbs("service:b"), disturbs("file:/run/**"), disturbs("service:@manager")]);
      const query = service(unit);
      const whole = { ...nothing, id: unit, ...state };
      expect(overlay.answer(query, whole, subjectsOf(query, whole))?.value, unit).to.deep.equal(whole);
    }
  });

  it("is to be read again when a drop-in of its name, its prefix or its type comes", () => {
    const was = { exists: true, active: "active", enabled: "enabled", files: ["/lib/systemd/system/a-b.service"] };
    for (const folder of ["a-b.service.d", "a-.service.d", "service.d"]) {
      const overlay = new Overlay();
      overlay.add("drop in", [disturbs(`file:/etc/systemd/system/${folder}/.`)]);
      const query = service("a-b");
      const state = { ...nothing, id: "a-b.service", ...was };
      expect(overlay.answer(query, state, subjectsOf(query, state))?.value, folder).to.deep.equal({
        ...state,
        needsReload: true,
      });
      const stopped = { ...state, active: "inactive" };
      expect(overlay.answer(query, stopped, subjectsOf(query, stopped))?.value, folder).to.be.instanceOf(Unknown);
    }
  });
});
