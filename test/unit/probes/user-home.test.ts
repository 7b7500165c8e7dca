import { expect } from "chai";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { userDefaults } from "../../../src/probes/user-defaults.js";
import { userHome } from "../../../src/probes/user-home.js";
import { ask, shells } from "../../support/probing.js";

for (const shell of shells)
  describe(`the home of a user, in ${shell.name}`, () => {
    const folder = mkdtempSync(join(tmpdir(), "fettle-home-"));
    after(() => rmSync(folder, { recursive: true }));

    it("says which folders of its path are not there", () => {
      mkdirSync(join(folder, "a b"));
      symlinkSync("nowhere", join(folder, "dangling"));
      const paths = ["a b", "dangling", "x", "a b/c'/d"].map((name) => join(folder, name));
      const homes = ask(
        userHome,
        paths.map((path) => ({ user: "root", path })),
        shell,
      );
      expect(homes).to.deep.equal([
        { path: paths[0], missing: [] },
        { path: paths[1], missing: [] },
        { path: paths[2], missing: [paths[2]] },
        { path: paths[3], missing: [join(folder, "a b/c'"), paths[3]] },
      ]);
    });

    it("is that of the account, and null where there is none", () => {
      const [root, nobody, deep] = ask(
        userHome,
        [
          { user: "root", path: null },
          { user: "fettle-nobody", path: null },
          { user: "fettle-nobody", path: "/fettle-none/x" },
        ],
        shell,
      );
      expect(root).to.deep.equal({ path: "/root", missing: [] });
      expect(nobody).to.equal(null);
      expect(deep).to.deep.equal({ path: "/fettle-none/x", missing: ["/fettle-none", "/fettle-none/x"] });
    });
  });

describe("what useradd gives to an account", () => {
  const taken = (text: string) => userDefaults.parse(Buffer.from(text), [null])[0];

  it("is read from its two files", () => {
    expect(taken("SHELL=/bin/bash\nHOME=/srv\nEXPIRE=1970-02-01\nUMASK\t\t077\nUSERGROUPS_ENAB no\n")).to.deep.equal({
      ...{ homes: "/srv", shell: "/bin/bash", ownGroup: false, homeMode: 0o700, expiresDay: 31 },
    });
    expect(taken("UMASK 022\nHOME_MODE 0750\nEXPIRE=\n")).to.include({ homeMode: 0o750, expiresDay: null });
  });

  it("has values where the files say nothing", () => {
    expect(taken("")).to.deep.equal({
      homes: "/home",
      shell: "/bin/sh",
      ownGroup: true,
      homeMode: 0o755,
      expiresDay: null,
    });
  });
});
