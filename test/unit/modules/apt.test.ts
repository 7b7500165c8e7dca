import { expect } from "chai";
import type { Change } from "../../../src/contract/change.js";
import type { Query, Read } from "../../../src/contract/query.js";
import { apt, type AptState } from "../../../src/modules/apt.js";
import { packageModule } from "../../../src/modules/package.js";
import { debFile } from "../../../src/probes/deb-file.js";
import { aptPlan, type AptPlan, nothingPlanned } from "../../../src/probes/apt-plan.js";
import { parsed, problems } from "./support.js";

const jq: AptPlan = {
  ...nothingPlanned,
  installs: [
    { name: "libjq1", version: "1.6-2", from: null },
    { name: "jq", version: "1.6-2", from: null },
    { name: "curl", version: "8.2", from: "8.1" },
  ],
  removes: ["gojq"],
};

function install(args: object, state: Partial<AptState["packages"]> & object): readonly Change[] {
  return apt.diff({ stale: false, packages: { kind: "install", ...state } as never }, parsed(apt, args));
}

const needed = (...names: string[]) => names.map((name) => ({ name }));
const named = (change: Change | undefined) =>
  change?.effects.map((effect) =>
    effect.kind === "disturbs" ? effect.subject : effect.kind === "becomes" ? effect.query.id : "",
  );

/** The words of a step, less the options that every call has. */
function words(change: Change | undefined): readonly string[] {
  const step = change?.steps[0];
  if (step?.do !== "exec") throw new Error("not a command");
  // apt runs below a shell that keeps its output.
  const words = step.argv.slice(Math.max(0, step.argv.indexOf("apt-get")));
  return words.filter((word, i, all) => word !== "-o" && all[i - 1] !== "-o");
}

describe("apt", () => {
  it("does nothing when nothing is needed", () => {
    expect(install({ name: "jq" }, { needed: [] })).to.deep.equal([]);
  });

  it("installs all packages of a task at once and says what else happens", () => {
    const changes = install(
      { name: "jq, tree", install_recommends: false, default_release: "sid" },
      { needed: needed("jq", "tree"), look: { update: false, plan: jq, exact: true } },
    );
    expect(changes.map(({ summary }) => summary)).to.deep.equal([
      "install jq 1.6-2 with 1 more; upgrade curl 8.1 → 8.2; remove gojq",
    ]);
    expect(words(changes[0])).to.deep.equal(["apt-get", "install", "-y", "-q", "-t", "sid", "--", "jq", "tree"]);
    expect(named(changes[0])).to.include.members(["packageVersion:curl", "package:gojq", "file:*", "service:*"]);
    expect(named(changes[0])).not.to.include("package:+*");
  });

  it("keeps questions away, keeps changed configuration and waits for other programs", () => {
    const look = { update: false, plan: jq, exact: true };
    const step = install({ name: "jq", lock_timeout: 5 }, { needed: needed("jq"), look })[0]?.steps[0];
    expect(step).to.deep.include({
      environment: { DEBIAN_FRONTEND: "noninteractive", APT_LISTCHANGES_FRONTEND: "none", LC_ALL: "C" },
    });
    expect(step?.do === "exec" && step.argv.join(" ")).to.contain(
      "-o DPkg::Lock::Timeout=5 -o Dpkg::Options::=--force-confdef -o Dpkg::Options::=--force-confold",
    );
  });

  it("fetches the lists first and does not know then what comes along", () => {
    const [update, installs] = install(
      { name: "jq", update_cache: true },
      { needed: needed("jq"), look: { update: true, plan: undefined, exact: false } },
    );
    expect(update?.summary).to.equal("fetch the package lists");
    expect(named(update)).to.deep.equal(["aptListsFresh:300", "package:@lists"]);
    expect(installs?.summary).to.equal("install jq");
    expect(named(installs)).to.include.members(["packageSatisfied:jq", "package:+*"]);
  });

  it("believes what the task says that the packages bring", () => {
    const [change] = install(
      { name: "nginx", brings: ["file:/etc/nginx/**", "service:nginx"] },
      { needed: needed("nginx"), look: { update: false, plan: nothingPlanned, exact: true } },
    );
    expect(named(change)).to.include.members(["file:/etc/nginx/**", "service:nginx", "service:@manager"]);
    expect(named(change)).not.to.include.members(["file:*"]);
  });

  it("does not name what an earlier task of the dry run may have brought before", () => {
    const look = { update: false, plan: jq, exact: false };
    const [change] = install({ name: "jq" }, { needed: needed("jq"), look });
    expect(named(change))
      .to.include.members(["packageSatisfied:jq", "package:+libjq1"])
      .and.not.include("packageVersion:libjq1");
  });

  it("counts new lists as a change only when there is nothing else to do", () => {
    const ran = (stdout: string) => {
      const bytes = Buffer.from(stdout);
      const captured = { bytes, totalBytes: bytes.length, truncated: false };
      return { outcome: { kind: "exited", code: 0, ok: true } as const, stdout: captured, stderr: captured };
    };
    const result = (args: object, ...texts: string[]) =>
      apt.result?.(
        texts.map((text) => [ran(text)]),
        parsed(apt, args),
        { stale: false },
      ) ?? {};
    const hit = "Hit:1 http://deb.example.org bookworm InRelease\n";
    const idle = "0 upgraded, 0 newly installed, 0 to remove and 3 not upgraded.\n";
    const latest = { name: "jq", state: "latest", update_cache: true };
    expect(result(latest, hit, idle)).to.include({ changed: false, cache_updated: true });
    expect(result(latest, hit, idle.replace("0", "1"))).not.to.have.property("changed");
    expect(result({ update_cache: true }, hit))
      .to.include({ cache_updated: true })
      .and.not.have.property("changed");
  });

  it("acts always only when the lists must always be fetched", () => {
    const acts = (args: object) => apt.actsAlways?.(parsed(apt, args));
    expect(acts({ name: "jq", cache_valid_time: 0 })).to.equal(true);
    expect(acts({ name: "jq", update_cache: true })).to.equal(false);
    expect(acts({ name: "jq", update_cache: false, cache_valid_time: 0 })).to.equal(false);
  });

  it("refuses what it cannot do", () => {
    expect(problems(apt, {})).to.deep.equal([": needs name, deb, upgrade, update_cache, autoremove or autoclean"]);
    expect(problems(apt, { name: "a", pkg: "b" })).to.deep.equal([": takes only one of name, pkg, package and deb"]);
    expect(problems(apt, { name: "jq", state: "build-dep" })[0]).to.contain('state: "build-dep" is not supported');
    expect(problems(apt, { deb: "https://h/x.deb" })[0]).to.contain(
      "URLs are not supported; fetch it in a task before",
    );
    expect(problems(apt, { deb: "x.deb" })[0]).to.contain("must be the absolute path of a .deb file on the host");
    expect(problems(apt, { deb: "/x.deb", state: "absent" })[0]).to.contain("takes deb only with state: present");
    expect(problems(apt, { name: "/tmp/x.deb" })[0]).to.contain("write deb: with its path");
    expect(problems(apt, { name: "a", allow_unauthenticated: true })[0]).to.contain(
      "is not supported: install only from repositories whose key apt knows",
    );
    expect(problems(apt, { name: "a", allow_unauthenticated: false, force: false })).to.deep.equal([]);
    expect(problems(apt, { name: "php*" })).to.deep.equal([
      'name: "php*" is not the name of a package (wildcards are not supported)',
    ]);
    expect(problems(apt, { name: "a>=1" })[0]).to.contain("asks for a range of versions");
    expect(problems(apt, { name: "a", brings: "nginx" })[0]).to.contain('must be like "file:/etc/nginx/**"');
    expect(problems(packageModule, { name: "a", use: "dnf" })).to.deep.equal([
      "use: must be auto or apt: other package managers are not supported",
    ]);
  });

  it("knows what a misspelt name may mean", async () => {
    const answer = "E: Unable to locate package ngnix\nNear nginx\nNear nginx-core\nNear nmap\n=\n";
    const [plan] = aptPlan.parse(Buffer.from(answer), [["install", "--", "ngnix"]]);
    expect(plan).to.deep.include({ problem: "Unable to locate package ngnix", near: ["nginx", "nginx-core", "nmap"] });
    const refusal = (near: readonly string[]) => {
      const answers: Record<string, unknown> = {
        aptPlan: { ...nothingPlanned, problem: "Unable to locate package ngnix", near },
        aptListsFresh: true,
        packageSatisfied: false,
      };
      const read = ({ probe }: Query<unknown>) => Promise.resolve(answers[probe.kind]);
      const given = parsed(apt, { name: "ngnix" });
      return apt.observe(Object.assign(read, { maybe: read }) as Read, given, {} as never).then(() => "none", String);
    };
    expect(await refusal(["nginx", "nmap"])).to.contain("there is no package ngnix; did you mean nginx? When its repo");
    expect(await refusal([])).to.contain("there is no package ngnix; check its name. When its repository was added");
  });

  it("installs a file of the host under the name that stands in it", () => {
    const needed = [{ name: "own", version: "1.0", file: "/srv/own.deb" }];
    const plan: AptPlan = { ...nothingPlanned, installs: [{ name: "own", version: "1.0", from: null }] };
    const [change] = install({ deb: "/srv/own.deb" }, { needed, look: { update: false, plan, exact: true } });
    expect(words(change)).to.deep.equal(["apt-get", "install", "-y", "-q", "--", "/srv/own.deb"]);
    expect(change?.summary).to.equal("install own 1.0");
    expect(named(change)).to.include.members(["package:own", "packageVersion:own"]);
  });

  it("reads what a file of a package says", () => {
    const answer =
      "native amd64\nPackage: own\nVersion: 1.0\nArchitecture: all\n=\ngone\n=\n" +
      "Package: far\nVersion: 2\nArchitecture: arm64\n=\ndpkg-deb: error: not an archive\nbad\n=\n";
    const found = debFile.parse(Buffer.from(answer), ["/a.deb", "/b.deb", "/c.deb", "/d.deb"]);
    expect(found.slice(0, 3)).to.deep.equal([
      { name: "own", version: "1.0" },
      null,
      { name: "far:arm64", version: "2" },
    ]);
    expect((found[3] as Error).message).to.contain("/d.deb is not a Debian package: dpkg-deb: error: not an archive");
  });

  it("removes what apt has kept only when there is something", () => {
    const removed = (args: object, archives: readonly string[]) =>
      apt.diff({ stale: false, archives }, parsed(apt, args)).map((change) => words(change)[1]);
    expect(removed({ autoclean: true }, [])).to.deep.equal([]);
    expect(removed({ autoclean: true }, ["jq 1.5"])).to.deep.equal(["autoclean"]);
    expect(removed({ clean: true }, ["jq_1.6_amd64.deb"])).to.deep.equal(["clean"]);
  });

  it("does the same as package", () => {
    const state: AptState = {
      stale: false,
      packages: { kind: "install", needed: needed("jq"), look: { update: false, plan: jq, exact: true } },
    };
    const own = packageModule.diff(state, parsed(packageModule, { name: "jq" }));
    expect(own).to.have.length(1);
    expect(words(own[0])).to.deep.equal(words(apt.diff(state, parsed(apt, { name: "jq" }))[0]));
  });
});
