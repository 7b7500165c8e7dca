import { expect } from "chai";
import { mkdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { userInfo } from "node:os";
import { join } from "node:path";
import { authorizedKey } from "../../../src/modules/authorized_key.js";
import { complaint, LocalHost } from "../../support/local-host.js";
import { obeysLaws } from "../../support/laws.js";
import { problems } from "./support.js";

const user = userInfo().username;
const ADA = "AAAAC3NzaC1lZDI1NTE5AAAAINdWcjLEE7wGjFHrRTkVYD+T1xqgqjbExuVbGmXQO0Zz";
const BOB = "AAAAC3NzaC1lZDI1NTE5AAAAIEhTqwEJ1YBrHXqy2w2GF3NCkMVJ9GNdEtRVdhFCNdtV";
const ada = `ssh-ed25519 ${ADA} ada@example`;
const bob = `ssh-ed25519 ${BOB}`;

describe("authorized_key", () => {
  let host: LocalHost;
  const file = (): string => join(host.folder, "keys");
  const laws = (args: object): ReturnType<typeof obeysLaws> =>
    obeysLaws(host, authorizedKey, { user, path: file(), manage_dir: false, ...args });
  const look = (args: object) =>
    host.look(authorizedKey, authorizedKey.params.parse({ user, path: file(), manage_dir: false, ...args }));
  const failure = (args: object): Promise<string> =>
    look(args).then(
      () => "no failure",
      (error: unknown) => (error as Error).message,
    );
  const refused = (args: object): string => problems(authorizedKey, { user, key: ada, ...args }).join();

  before(async () => {
    host = await LocalHost.open();
  });
  after(() => host.close());

  interface Case {
    readonly title: string;
    readonly old: string;
    readonly args: object;
    readonly becomes: string;
  }
  const cases: readonly Case[] = [
    {
      title: "a new key goes to the end",
      old: `# ours\n${bob}`,
      args: { key: ada },
      becomes: `# ours\n${bob}\n${ada}\n`,
    },
    { title: "one that is there is enough", old: `${ada}\n${bob}`, args: { key: ada }, becomes: `${ada}\n${bob}` },
    { title: "several in one text", old: "", args: { key: `# a\n${ada}\n\n${bob}\n` }, becomes: `${ada}\n${bob}\n` },
    { title: "a list", old: `${bob}\n`, args: { key: [ada, bob] }, becomes: `${bob}\n${ada}\n` },
    {
      title: "another comment",
      old: `ssh-ed25519 ${ADA} old\n${bob}\n`,
      args: { key: ada, comment: "a b" },
      becomes: `ssh-ed25519 ${ADA} a b\n${bob}\n`,
    },
    {
      title: "options for a key that had none",
      old: `${ada}\n${bob}\n`,
      args: { key: ada, key_options: 'no-pty,command="echo \\"a, b\\""' },
      becomes: `no-pty,command="echo \\"a, b\\"" ${ada}\n${bob}\n`,
    },
    {
      title: "the same options in another order",
      old: `command="a, b",no-pty ${ada}\n`,
      args: { key: ada, key_options: 'no-pty,command="a, b"' },
      becomes: `command="a, b",no-pty ${ada}\n`,
    },
    { title: "no options where there were some", old: `no-pty ${ada}\n`, args: { key: ada }, becomes: `${ada}\n` },
    {
      title: "a second line of the key goes, whose options sshd would not look at",
      old: `${ada}\nno-pty ${ada}\n`,
      args: { key: ada },
      becomes: `${ada}\n`,
    },
    {
      title: "what is no key stays",
      old: `garbage\n# ${ada}\n\n`,
      args: { key: bob },
      becomes: `garbage\n# ${ada}\n\n${bob}\n`,
    },
    {
      title: "exclusive",
      old: `# old\n${bob}\n${ada}\nrubbish\n`,
      args: { key: [ada], exclusive: true },
      becomes: `${ada}\n`,
    },
    {
      title: "gone, whatever the options are",
      old: `# old\nno-pty ${ada}\n${bob}\n${ada}\n`,
      args: { key: `ssh-ed25519 ${ADA}`, state: "absent" },
      becomes: `# old\n${bob}\n`,
    },
    { title: "nothing to remove", old: `${bob}\n`, args: { key: ada, state: "absent" }, becomes: `${bob}\n` },
  ];

  for (const { title, old, args, becomes } of cases) {
    it(title, async () => {
      writeFileSync(file(), old, { mode: 0o600 });
      const changes = await laws(args);
      expect(readFileSync(file(), "utf8")).to.equal(becomes);
      expect(changes.length).to.equal(old === becomes ? 0 : 1);
    });
  }

  it("makes the file for the user alone", async () => {
    await laws({ key: ada, path: join(host.folder, "new") });
    expect(statSync(join(host.folder, "new")).mode & 0o7777).to.equal(0o600);
  });

  it("makes the folder when it may", async () => {
    const path = join(host.folder, "made/keys");
    expect(await failure({ key: ada, path })).to.match(/made does not exist; write manage_dir: true, or make it/);
    await laws({ key: ada, path, manage_dir: true });
    expect(statSync(join(host.folder, "made")).mode & 0o7777).to.equal(0o700);
  });

  it("keeps bytes that are not UTF-8", async () => {
    writeFileSync(file(), Buffer.from([0x23, 0xff, 0x0a]));
    await laws({ key: ada, comment: "ä" });
    expect(readFileSync(file()).subarray(0, 3).toString("hex")).to.equal("23ff0a");
    expect(readFileSync(file(), "utf8")).to.contain("ä\n");
  });

  it("does not write over what came meanwhile", async () => {
    writeFileSync(file(), `${bob}\n`);
    const { changes } = await look({ key: ada });
    writeFileSync(file(), "");
    expect(complaint(await host.send(changes))).to.match(/"code":1.*has changed since it was read/);
    expect(readFileSync(file(), "utf8")).to.equal("");
  });

  it("edits one's own link's end only when told to", async () => {
    mkdirSync(join(host.folder, "real"));
    writeFileSync(join(host.folder, "real/keys"), `${bob}\n`);
    symlinkSync("real/keys", join(host.folder, "link"));
    await laws({ key: ada, path: join(host.folder, "link"), follow: true });
    expect(readFileSync(join(host.folder, "real/keys"), "utf8")).to.equal(`${bob}\n${ada}\n`);
    await laws({ key: ada, path: join(host.folder, "link"), state: "absent" });
    expect(readFileSync(join(host.folder, "real/keys"), "utf8")).to.equal(`${bob}\n${ada}\n`);
    expect(readFileSync(join(host.folder, "link"), "utf8")).to.equal(`${bob}\n`);
  });

  it("refuses what sshd would not understand", async () => {
    expect(refused({ key: "https://example.org/ada.keys" })).to.match(/^key: is a URL; get it in a task before/);
    expect(refused({ key: "hello" })).to.match(/^key: "hello" is no public key; write it as ssh-keygen does/);
    expect(refused({ key: `ssh-ed25519 ${ADA.slice(0, -6)}` })).to.match(/is cut short or has letters too many$/);
    expect(refused({ key: `ssh-rsa ${ADA}` })).to.match(/says ssh-rsa and is "ssh-ed25519"$/);
    expect(refused({ key: "# nobody\n", exclusive: true })).to.match(/^key: holds no key/);
    expect(refused({ key_options: "no-pty, no-x" })).to.match(/^key_options: must be options with commas/);
    expect(refused({ key_options: 'command="a' })).to.match(/^key_options: must be options/);
    expect(refused({ comment: "a\nssh-rsa x" })).to.equal("comment: must be one line");
    expect(refused({ user: "-x" })).to.match(/^user: must be letters/);
    expect(await failure({ user: "nobody-of-that-name", key: ada })).to.equal(
      "there is no user nobody-of-that-name; make it in an earlier task with the module user",
    );
  });
});
