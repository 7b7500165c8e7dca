import { expect } from "chai";
import { makeRead } from "../../../src/engine/read.js";
import { requireOwner, requireOwnOwner, requireWritable } from "../../../src/modules/support/permission.js";
import type { Entry } from "../../../src/probes/file-entry.js";

describe("what only others may", () => {
  const folder = (owner: string, mode: number): Entry => ({
    ...{ type: "directory", owner, mode, group: "staff", sizeBytes: null, shared: false },
  });
  const app = { user: "app", group: "app", umask: 0o022 };
  const root = { user: "root", group: "root", umask: 0o022 };
  const said = (work: () => void): string => {
    try {
      work();
      return "";
    } catch (error) {
      return (error as Error).message;
    }
  };

  it("is to write where the bits and the host say no", async () => {
    const asked: string[] = [];
    const write = async (entry: Entry | null, answer: boolean, lane = app): Promise<string> => {
      const read = makeRead(({ id }) => {
        asked.push(id);
        return Promise.resolve(answer);
      }, false);
      return requireWritable(read, lane, entry, "/srv/d/f").then(
        () => "",
        (error: unknown) => (error as Error).message,
      );
    };
    expect(await write(folder("root", 0o755), false)).to.equal(
      "app may not write in /srv/d, which is root's (mode 0755); write become: true, with become_user: for another user than root",
    );
    expect(await write(folder("app", 0o555), false)).to.include("app may not write in /srv/d");
    expect(await write(folder("root", 0o755), true)).to.equal("");
    expect(asked).to.deep.equal(Array(3).fill("folderWritable:/srv/d"));
    const free = [folder("app", 0o700), folder("root", 0o775), folder("root", 0o1777), null];
    expect(await Promise.all(free.map((entry) => write(entry, false)))).to.deep.equal(["", "", "", ""]);
    expect(await write(folder("app", 0o555), false, root)).to.equal("");
    expect(asked).to.have.length(3);
  });

  it("is to change what is another's, or to give away what is one's own", () => {
    const attributes = (owner: string, mode = 0o644) => ({ owner, group: "app", mode });
    expect(said(() => requireOwner(app, "/f", attributes("root"), attributes("root", 0o600)))).to.include(
      "app may not change the attributes of /f, which is root's; write become: true",
    );
    expect(said(() => requireOwner(app, "/f", attributes("app"), attributes("root")))).to.include(
      "app may not make root the owner of /f; only root may",
    );
    expect(said(() => requireOwnOwner("app", "/f", attributes("root")))).to.include("only root may");
    expect(said(() => requireOwner(app, "/f", attributes("app"), attributes("app", 0o600)))).to.equal("");
    expect(said(() => requireOwner(root, "/f", attributes("app"), attributes("root")))).to.equal("");
  });
});
