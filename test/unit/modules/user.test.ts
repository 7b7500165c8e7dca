import { expect } from "chai";
import type { Change } from "../../../src/contract/change.js";
import type { ExecStep } from "../../../src/contract/step.js";
import type { Home } from "../../../src/probes/user-home.js";
import { user } from "../../../src/modules/user.js";
import { ended, parsed, problems } from "./support.js";

const HASH = "$6$salt$hash";
const defaults = { homes: "/home", shell: "/bin/sh", ownGroup: true, homeMode: 0o750, expiresDay: null };
const nobody = {
  primary: undefined,
  groups: undefined,
  defaults,
  ownGroupExists: false,
  home: undefined,
  newHome: undefined,
  missing: undefined,
};
const there = (path: string): Home => ({ path, missing: [] });
const ada = {
  kind: "resident" as const,
  account: { comment: "", home: "/home/ada", shell: "/bin/sh" },
  ...{ uid: 1000, gid: 1000, memberOf: ["adm"], home: there("/home/ada"), homeMode: 0o755 },
  shadow: { password: "!", expiresDay: null },
  ...{ target: undefined, primary: undefined, groups: undefined, missing: undefined },
};

type Given = Record<string, unknown>;
const create = (args: Given, state = {}): readonly Change[] =>
  user.diff({ kind: "newcomer", ...nobody, ...state }, parsed(user, { name: "ada", ...args }));
const change = (args: Given, state = {}): readonly Change[] =>
  user.diff({ ...ada, ...state }, parsed(user, { name: "ada", ...args }));
const commands = (changes: readonly Change[]): string[] =>
  changes.flatMap(({ steps }) => steps.map((step) => (step as ExecStep).argv.join(" ")));

describe("user", () => {
  it("says what is wrong with its parameters", () => {
    expect(problems(user, {})).to.deep.equal([": needs name"]);
    expect(problems(user, { name: "ada", user: "ada" })).to.have.length(1);
    expect(problems(user, { name: "ada", password: "secret" })).to.deep.equal([
      "password: must be a hash, never the password itself; make one with `openssl passwd -6`, or write '*' for none",
    ]);
    expect(problems(user, { name: "ada", generate_ssh_key: true })).to.deep.equal([
      "generate_ssh_key: is not supported yet; use command: ssh-keygen with creates",
    ]);
    expect(problems(user, { name: "ada", append: true })).to.deep.equal(["append: needs groups"]);
    expect(problems(user, { name: "ada", remove: true })).to.deep.equal(["remove: needs state: absent"]);
    expect(problems(user, { name: "ada", comment: "a:b" })).to.deep.equal([
      "comment: must hold no colon and no line break",
    ]);
    for (const password of ["*", "!", "!!", `!${HASH}`, "$y$j9T$salt$hash.", "ab01FAX.bQRSU"])
      expect(problems(user, { name: "ada", password })).to.deep.equal([]);
  });

  it("takes a list of groups in every form", () => {
    const groups = (given: unknown) => parsed(user, { name: "ada", groups: given }).groups;
    expect(groups("a, b,a")).to.deep.equal(["a", "b"]);
    expect(groups(["a", 1500])).to.deep.equal(["a", "1500"]);
    expect(groups("")).to.deep.equal([]);
    expect(groups([])).to.deep.equal([]);
    expect(problems(user, { name: "ada", groups: "a b" })).to.have.length(1);
  });

  it("makes a user in one command and asks for the numbers", () => {
    expect(commands(create({}))).to.deep.equal(["useradd -m -- ada", "id ada"]);
    expect(commands(create({ system: true, create_home: false }, { ownGroupExists: true }))[0]).to.equal(
      "useradd -r -N -M -- ada",
    );
    expect(
      commands(create({ uid: 7, non_unique: true, group: "x", groups: "y,z", home: "/h", skeleton: "/s" }))[0],
    ).to.equal("useradd -u 7 -o -g x -G y,z -d /h -m -k /s -- ada");
    expect(commands(create({ expires: 86400 * 365, shell: "/bin/sh", comment: "A" }))[0]).to.equal(
      "useradd -c A -s /bin/sh -e 1971-01-01 -m -- ada",
    );
  });

  it("never puts a password into arguments or into what is shown", () => {
    const made = [...create({ password: HASH, password_lock: true }), ...change({ password: HASH })];
    expect(commands(made).join("\n")).to.not.contain("hash");
    const inputs = made.flatMap(({ steps }) => steps.map((step) => (step as ExecStep).stdin));
    expect(
      inputs.filter(Boolean).map((input) => input?.kind === "bytes" && Buffer.from(input.bytes).toString()),
    ).to.deep.equal([`ada:!${HASH}\n`, `ada:${HASH}\n`]);
    expect(JSON.stringify(made.map(({ summary, before, after }) => ({ summary, before, after })))).to.not.contain(
      "hash",
    );
    expect(user.secrets).to.deep.equal(["password"]);
  });

  it("changes everything by one usermod, and nothing when nothing differs", () => {
    expect(change({ home: "/home/ada", shell: "/bin/sh", expires: -1, uid: 1000 })).to.deep.equal([]);
    expect(commands(change({ uid: 5, comment: "Ada", shell: "/bin/bash", expires: 0 }))).to.deep.equal([
      "usermod -u 5 -c Ada -s /bin/bash -e 1970-01-01 -- ada",
    ]);
  });

  it("counts the primary group as one that the user is in", () => {
    const refs = (names: string[]) => names.map((name) => ({ given: name, name, id: name === "ada" ? 1000 : 4 }));
    const groups = (names: string[], append = false) =>
      commands(change({ groups: names, append }, { groups: refs(names) }));
    expect(groups(["adm", "ada"])).to.deep.equal([]);
    expect(groups(["ada"], true)).to.deep.equal([]);
    expect(groups(["ada"])).to.deep.equal(["usermod -G ada -- ada"]);
    expect(groups([])).to.deep.equal(["usermod -G  -- ada"]);
    expect(groups(["sudo"], true)).to.deep.equal(["usermod -G adm,sudo -- ada"]);
  });

  it("locks and unlocks, but gives nobody an account without a password", () => {
    const lock = (password: string, password_lock: boolean) =>
      commands(change({ password_lock }, { shadow: { password, expiresDay: null } }));
    expect(lock(HASH, true)).to.deep.equal(["usermod -L -- ada"]);
    expect(lock(`!${HASH}`, false)).to.deep.equal(["usermod -U -- ada"]);
    expect(lock(`!!${HASH}`, false)).to.deep.equal(["chpasswd -e"]);
    expect(lock("!", false)).to.deep.equal([]);
  });

  it("makes a missing home and moves one", () => {
    const gone = { path: "/home/ada", missing: ["/home/ada"] };
    expect(commands(change({}, { home: gone }))).to.deep.equal([
      "mkdir -p -- /home/ada",
      "cp -RP -- /etc/skel/. /home/ada",
      "chown -hR -- ada: /home/ada",
      "chmod -- 00755 /home/ada",
    ]);
    expect(change({ create_home: false }, { home: gone })).to.deep.equal([]);
    const target = { path: "/srv/ada", missing: ["/srv/ada"] };
    expect(commands(change({ home: "/srv/ada", move_home: true }, { target }))).to.deep.equal([
      "usermod -d /srv/ada -m -- ada",
    ]);
  });

  it("registers the numbers that the host chose", () => {
    const state = { kind: "newcomer" as const, ...nobody };
    const outputs = [[ended(0), ended(0, "uid=1003(ada) gid=1004(ada) groups=1004(ada)\n")]];
    const given = parsed(user, { name: "ada" });
    expect(user.result!(outputs, given, state)).to.include({
      uid: 1003,
      group: 1004,
      home: "/home/ada",
      shell: "/bin/sh",
    });
    expect(user.result!(undefined, given, state)).to.not.have.any.keys("uid", "group");
  });
});
