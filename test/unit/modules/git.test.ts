import { expect } from "chai";
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import type { IncomingMessage, ServerResponse } from "node:http";
import { join } from "node:path";
import { git } from "../../../src/modules/git.js";
import { anythingBelow } from "../../../src/probes/file-below.js";
import { fileStat } from "../../../src/probes/file-stat.js";
import { fileText } from "../../../src/probes/file-text.js";
import { gitHead } from "../../../src/probes/git.js";
import { obeysLaws } from "../../support/laws.js";
import { complaint, LocalHost } from "../../support/local-host.js";
import { serve } from "../../support/web.js";
import { problems } from "./support.js";

describe("git", function () {
  this.timeout(30_000);
  let host: LocalHost;
  const at = (name: string): string => join(host.folder, name);
  const text = (name: string): string => readFileSync(at(name), "utf8");
  const sh = (script: string): string =>
    execFileSync("sh", ["-ec", script], {
      cwd: host.folder,
      encoding: "utf8",
      env: { ...process.env, GIT_CONFIG_GLOBAL: "/dev/null", GIT_AUTHOR_DATE: "2026-01-01T00:00:00Z" },
    }).trim();
  const commit = (text: string): string =>
    sh(
      `cd work; echo ${text} >file; git add file; git -c user.name=x -c user.email=x@y commit -qm ${text}; git push -q --tags ../repo.git main; git rev-parse HEAD`,
    );
  const repo = (): string => at("repo.git");
  const laws = async (args: object): Promise<readonly string[]> => {
    const dest = at("d");
    const bystanders = [
      fileStat(dest),
      fileStat(join(dest, "file")),
      fileText(join(dest, "file")),
      anythingBelow(dest),
    ];
    const all = [...bystanders, gitHead({ dest, remote: "origin" })];
    const changes = await obeysLaws(host, git, { repo: repo(), dest, ...args }, { bystanders: all });
    return changes.map(({ summary }) => summary.replaceAll(host.folder, ""));
  };
  const failure = (args: object): Promise<string> =>
    host.look(git, git.params.parse({ repo: repo(), dest: at("d"), ...args })).then(
      () => "no failure",
      (error: unknown) => (error as Error).message,
    );
  let [first, second] = ["", ""];

  beforeEach(async () => {
    host = await LocalHost.open();
    sh("git init -q --bare -b main repo.git; git init -q -b main work");
    first = commit("one");
    sh(
      "cd work; git -c user.name=x -c user.email=x@y tag -am msg v1; git branch side; git push -q ../repo.git v1 side",
    );
    second = commit("two");
  });
  afterEach(() => host.close());

  it("makes a working copy of the main branch, once, and follows it", async () => {
    expect(await laws({})).to.deep.equal([`clone /repo.git (HEAD) to /d`]);
    expect([text("d/file"), sh("cd d; git branch --show-current")]).to.deep.equal(["two\n", "main"]);
    expect(await laws({})).to.deep.equal([]);
    const third = commit("three");
    expect(await laws({ update: false })).to.deep.equal([]);
    expect(await laws({ version: "main" })).to.deep.equal([
      `update /d to main (${second.slice(0, 12)} → ${third.slice(0, 12)})`,
    ]);
    expect(text("d/file")).to.equal("three\n");
  });

  it("checks out tags, commits and branches, with and without history", async () => {
    for (const depth of [undefined, 1]) {
      for (const version of ["v1", "side", second, "refs/heads/side", "main", first]) {
        expect(await laws({ version, depth }), version).to.have.length.at.most(1);
        expect(await laws({ version, depth })).to.deep.equal([]);
        expect(sh("cd d; git rev-parse HEAD")).to.equal(["main", second].includes(version) ? second : first);
      }
      if (depth === undefined) expect(sh("cd d; git rev-list --count main")).to.equal("2");
      sh("rm -rf d");
    }
    await laws({ repo: `file://${repo()}`, depth: 1 });
    expect(sh("cd d; git rev-list --count HEAD")).to.equal("1");
    await laws({ repo: `file://${repo()}`, version: "v1" });
    expect(sh("cd d; git rev-list --count origin/main")).to.equal("2");
  });

  it("follows a branch that was rewritten", async () => {
    await laws({ version: "main" });
    sh(
      "cd work; git reset -q --hard v1; echo other >file; git -c user.name=x -c user.email=x@y commit -qam other; git push -qf ../repo.git main",
    );
    expect(await laws({ version: "main" })).to.have.length(1);
    expect(text("d/file")).to.equal("other\n");
  });

  it("does not throw away what somebody has changed, unless forced to", async () => {
    await laws({});
    writeFileSync(at("d/file"), "mine");
    writeFileSync(at("d/untracked"), "mine");
    expect(await failure({})).to.contain("somebody has changed file; keep that elsewhere, or write force: true");
    expect(await laws({ force: true })).to.deep.equal(["update /d to HEAD (changes are thrown away)"]);
    expect([text("d/file"), text("d/untracked")]).to.deep.equal(["two\n", "mine"]);
  });

  it("takes another URL for the remote", async () => {
    await laws({});
    sh("cp -a repo.git moved.git");
    expect(await laws({ repo: at("moved.git") })).to.have.length(1);
    expect(sh("cd d; git remote get-url origin")).to.equal(at("moved.git"));
  });

  it("leaves nothing half done", async () => {
    const params = git.params.parse({ repo: repo(), dest: at("d"), version: "v1" });
    const { changes } = await host.look(git, params);
    sh("mv repo.git away.git");
    expect(complaint(await host.send(changes))).to.contain("does not appear to be a git repository");
    expect(existsSync(at("d"))).to.equal(false);
    sh("mv away.git repo.git; git init -q d");
    expect(await laws({})).to.have.length(1);
  });

  it("says what is not there, or in the way", async () => {
    expect(await failure({ version: "none" })).to.equal(`${repo()} has no branch and no tag none`);
    expect(await failure({ version: first.slice(0, 8) })).to.contain("a commit must be written in full");
    expect(await failure({ repo: at("none.git") })).to.contain("does not appear to be a git repository");
    expect(await failure({ dest: at("a/b") })).to.contain(`${at("a")} does not exist`);
    mkdirSync(at("d"));
    writeFileSync(at("d/x"), "");
    expect(await failure({})).to.contain("no working copy of git; remove it in a task before");
    expect(await laws({ clone: false })).to.deep.equal([]);
    sh("rm -r d; git clone -q repo.git d; chown -R daemon d");
    expect(await failure({})).to.contain("dubious ownership");
  });

  it("sends a login that no argument shows and that does not stay", async () => {
    sh("git -C repo.git update-server-info");
    const seen = new Set<string>();
    const pages = Object.fromEntries(
      readdirSync(repo(), { recursive: true, encoding: "utf8" }).map((name) => [
        `/repo.git/${name}`,
        (request: IncomingMessage, response: ServerResponse) => {
          seen.add(request.headers.authorization ?? "nobody");
          if (request.headers.authorization === undefined)
            response.writeHead(401, { "WWW-Authenticate": 'Basic realm="x"' }).end();
          else if (existsSync(join(repo(), name))) response.end(readFileSync(join(repo(), name)));
        },
      ]),
    );
    const web = await serve(pages);
    try {
      const args = { repo: `${web.url.replace("//", "//me:CANARY@")}/repo.git`, version: "main" };
      expect((await laws(args)).join())
        .to.match(/^clone http:\/\/127\S+ \(main\)/)
        .and.not.include("CANARY");
      expect(await laws(args)).to.deep.equal([]);
      expect([...seen].sort()).to.deep.equal([`Basic ${btoa("me:CANARY")}`, "nobody"]);
      expect(sh("grep -r CANARY d || echo clean")).to.equal("clean");
    } finally {
      await web.close();
    }
  });

  it("refuses what would be another command", () => {
    const refused = (args: object): string => problems(git, { repo: "/r", dest: "/d", ...args }).join();
    for (const bad of ["--upload-pack=x", "ext::sh -c id", "a b", "https://h/ x"])
      expect(refused({ repo: bad }), bad).to.match(/^repo: is no URL of a repository/);
    for (const bad of ["-x", "a..b", "a b", "HEAD~1", "x@{1}", "a:b", "main.lock"])
      expect(refused({ version: bad }), bad).to.match(/^version: is no name of/);
    expect(refused({ remote: "a/b" })).to.equal("remote: is no name of a remote");
    expect(problems(git, { dest: "/d" })).to.deep.equal([": needs repo"]);
  });
});
