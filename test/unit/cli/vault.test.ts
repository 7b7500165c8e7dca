import { execFileSync, spawn, spawnSync } from "node:child_process";
import { chmodSync, existsSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { inventory } from "../../../src/cli/inventory.js";
import { apply, plan } from "../../../src/cli/play.js";
import { editPrivately } from "../../../src/cli/private-edit.js";
import { decrypt, edit, encrypt, encryptString, rekey, view } from "../../../src/cli/vault.js";
import { askNewPassword, openKeyring, readPasswords, sourceOf } from "../../../src/cli/vault-passwords.js";
import { folderWith } from "../language/support.js";

const PLAIN = "db_password: swordfish-77\n";
/** What stands for no environment. */
const NO_ENV = {};

/** A folder with passwords, a plain file and a way to say its paths. */
function place(files: Readonly<Record<string, string>> = {}) {
  const folder = folderWith({ pw: "sesame\n", pw2: "other\n", "v.yml": PLAIN, ...files });
  const at = (name: string): string => join(folder, name);
  const script = (name: string, text: string): string => {
    writeFileSync(at(name), `#!/bin/sh\n${text}\n`);
    chmodSync(at(name), 0o755);
    return at(name);
  };
  return { folder, at, script, read: (name: string) => readFileSync(at(name), "utf8") };
}

/** The message of what it fails with, without the folder's name. */
async function failure(work: Promise<unknown>, folder: string): Promise<string> {
  try {
    await work;
    return "no error";
  } catch (error) {
    return (error as Error).message.replaceAll(`${folder}/`, "");
  }
}

/** What the work writes to standard output. */
async function output(work: () => Promise<unknown>): Promise<string> {
  const write = process.stdout.write.bind(process.stdout);
  let text = "";
  process.stdout.write = (chunk: string | Uint8Array, ...more: readonly unknown[]) => {
    text += Buffer.from(chunk as Uint8Array).toString("utf8");
    for (const done of more) if (typeof done === "function") process.nextTick(done);
    return true;
  };
  try {
    await work();
  } finally {
    process.stdout.write = write;
  }
  return text;
}

describe("vault passwords", () => {
  it("come from files, scripts, client scripts and prompts, each for its id", async () => {
    const { at, script } = place();
    const asked: string[] = [];
    const found = await readPasswords(
      [
        { id: "a", from: at("pw") },
        { id: "b", from: script("ask.sh", "echo from script") },
        { id: "c", from: script("get-client.sh", 'echo "$1 $2"') },
        { id: "default", from: "prompt" },
        { id: "e", from: "prompt" },
      ],
      (question) => {
        asked.push(question);
        return Promise.resolve("typed");
      },
    );
    expect(found.map(({ id, password }) => `${id}: ${password.toString()}`)).to.deep.equal([
      "a: sesame",
      "b: from script",
      "c: --vault-id c",
      "default: typed",
      "e: typed",
    ]);
    expect(asked).to.deep.equal(["Vault password", "Vault password (e)"]);
  });

  it("are named by flags and by the environment", async () => {
    const { at } = place();
    const env = { ANSIBLE_VAULT_IDENTITY_LIST: `dev@${at("pw2")}, ${at("pw")}`, ANSIBLE_VAULT_PASSWORD_FILE: at("pw") };
    const options = { vaultId: [`prod@${at("pw")}`], vaultPasswordFile: [at("pw2")] };
    const { passwords } = await openKeyring(options, env);
    expect(passwords.map(({ id, password }) => `${id}=${password.toString()}`)).to.deep.equal([
      "dev=other",
      "default=sesame",
      "prod=sesame",
      "default=other",
      "default=sesame",
    ]);
    expect(sourceOf("a@b@c")).to.deep.equal({ id: "a", from: "b@c" });
  });

  it("have an error each for what is wrong", async () => {
    const { at, folder, script } = place({ blank: " \n" });
    const wrong = (vaultId: string) => failure(openKeyring({ vaultId: [vaultId] }, NO_ENV), folder);
    expect(await wrong(`x@${at("none")}`)).to.equal(
      "the vault password file none does not exist; check --vault-id, --vault-password-file and ANSIBLE_VAULT_PASSWORD_FILE",
    );
    expect(await wrong(`x@${at("blank")}`)).to.equal(
      'the vault password of "x" is empty (from blank); write it on the first line of the file, or type it',
    );
    expect(await wrong("x@")).to.equal('--vault-id "x@" names no source of a password; write ID@FILE or ID@prompt');
    expect(await wrong(`x@${script("bad.sh", "echo no >&2; exit 7")}`)).to.equal(
      "the vault password script bad.sh failed (exit status 7)",
    );
    expect(await wrong(`x@${script("bad-client", "exit 2")}`)).to.equal(
      'the script bad-client has no password for the vault id "x"',
    );
    chmodSync(at("pw"), 0o755);
    expect(await wrong(`x@${at("pw")}`)).to.match(/^the vault password script pw (cannot be run|failed)/);
    expect(await failure(openKeyring({ askVaultPass: true }, NO_ENV), folder)).to.match(
      /^cannot ask for the Vault password: standard input is not a terminal; give it with|no error/,
    );
    const typed = ["one", "two"];
    expect(
      await failure(
        askNewPassword(() => Promise.resolve(typed.shift() ?? "")),
        folder,
      ),
    ).to.equal("the two passwords are not the same");
  });
});

describe("fettle vault", () => {
  it("encrypts, shows, rekeys and decrypts in place; permissions stay", async () => {
    const { at, read } = place();
    const files = [at("v.yml")];
    chmodSync(at("v.yml"), 0o640);
    await encrypt(files, { vaultId: [`prod@${at("pw")}`] });
    expect(read("v.yml")).to.match(/^\$ANSIBLE_VAULT;1\.2;AES256;prod\n([0-9a-f]{80}\n)+[0-9a-f]{1,80}\n$/);
    expect(await output(() => view(files, { vaultPasswordFile: [at("pw")] }))).to.equal(PLAIN);
    await rekey(files, { vaultPasswordFile: [at("pw")], newVaultPasswordFile: at("pw2") });
    expect(read("v.yml")).to.match(/^\$ANSIBLE_VAULT;1\.1;AES256\n/);
    const both = { vaultId: [`b@${at("pw")}`], vaultPasswordFile: [at("pw2")] };
    await rekey(files, { ...both, encryptVaultId: "b" });
    expect(read("v.yml")).to.match(/^\$ANSIBLE_VAULT;1\.2;AES256;b\n/);
    await rekey(files, { ...both, newVaultPasswordFile: at("pw2") });
    await decrypt(files, { vaultPasswordFile: [at("pw2")] });
    expect(read("v.yml")).to.equal(PLAIN);
    expect(statSync(at("v.yml")).mode & 0o777).to.equal(0o640);
  });

  it("writes elsewhere with --output, for the writer alone", async () => {
    const { at, read } = place();
    await encrypt([at("v.yml")], { vaultPasswordFile: [at("pw")], output: at("out") });
    await decrypt([at("out")], { vaultPasswordFile: [at("pw")], output: at("plain") });
    expect(read("plain")).to.equal(PLAIN);
    expect(statSync(at("plain")).mode & 0o777).to.equal(0o600);
  });

  it("writes nothing when anything is wrong, and says what", async () => {
    const { at, read, folder } = place({ "w.yml": "b: 1\n" });
    const given = { vaultPasswordFile: [at("pw")] };
    await encrypt([at("w.yml")], given);
    const before = read("w.yml");
    expect(await failure(encrypt([at("v.yml"), at("w.yml")], given), folder)).to.equal(
      "w.yml:1:1 w.yml is encrypted already; to change its password, use `fettle vault rekey`",
    );
    expect(await failure(decrypt([at("w.yml"), at("v.yml")], given), folder)).to.equal(
      "v.yml:1:1 v.yml is not encrypted: a vault begins with $ANSIBLE_VAULT;1.1;AES256",
    );
    expect(
      await failure(rekey([at("w.yml")], { vaultPasswordFile: [at("pw2")], newVaultId: `x@${at("pw")}` }), folder),
    ).to.equal(
      "w.yml:1:1 no vault password that is given opens this; check the password; if it is right, the vault was damaged: copy it again",
    );
    const two = { vaultId: [`a@${at("pw")}`, `b@${at("pw2")}`] };
    expect(await failure(encrypt([at("v.yml")], two), folder)).to.equal(
      'several vault passwords are given ("a", "b"), and it is not said which one encrypts; name it with --encrypt-vault-id',
    );
    expect(await failure(encrypt([at("v.yml")], { ...two, encryptVaultId: "c" }), folder)).to.equal(
      'there is no password for --encrypt-vault-id "c": given are "a", "b"; give it with --vault-id c@FILE',
    );
    expect(await failure(view([at("none")], given), folder)).to.equal("none does not exist");
    expect(await failure(decrypt([at("w.yml"), at("w.yml")], { ...given, output: "-" }), folder)).to.equal(
      "--output takes what is in one file, and several are given; name one file at a time",
    );
    expect([read("v.yml"), read("w.yml")]).to.deep.equal([PLAIN, before]);
    expect(readdirSync(folder).sort()).to.deep.equal(["pw", "pw2", "v.yml", "w.yml"]);
  });

  it("encrypts strings as lines of a file of variables", async () => {
    const { at } = place();
    const text = await output(() => encryptString(["one", "two"], { vaultPasswordFile: [at("pw")], name: ["a"] }));
    expect(text).to.match(
      /^a: !vault \|\n {10}\$ANSIBLE_VAULT;1\.1;AES256\n( {10}[0-9a-f]+\n)+!vault \|\n {10}\$ANSIBLE_VAULT;1\.1;AES256\n( {10}[0-9a-f]+\n)+$/,
    );
  });
});

describe("what was in a vault", () => {
  it("is not shown by errors that quote it, nor by the inventory", async () => {
    const { at, folder } = place({
      hosts: "h ansible_connection=local\n",
      "group_vars/all.yml": "size: canary-77\npin: 123456\n",
      "roles/r/meta/argument_specs.yml": "argument_specs:\n  main:\n    options:\n      many:\n        type: int\n",
      "roles/r/tasks/main.yml": "- debug: { msg: x }\n",
      "p.yml": '- hosts: all\n  roles:\n    - role: r\n      many: "<%= size %>"\n',
    });
    const given = { vaultPasswordFile: [at("pw")], inventory: [at("hosts")] };
    await encrypt([at("group_vars/all.yml")], given);
    const options = { ...given, timeout: 1, forks: 1, speculation: true, verbose: 0 };
    const error = await failure(plan([at("p.yml")], options), folder);
    expect(error)
      .to.match(/^p\.yml:4:\d+ /)
      .and.include("‹secret›")
      .and.not.include("canary");
    const shown = await output(() => inventory({ ...given, host: "h" }));
    expect(JSON.parse(shown)).to.deep.equal({ ansible_connection: "local", size: "‹secret›", pin: "‹secret›" });
  });
});

describe("what was in a vault, in a run", () => {
  const playbook = [
    "- hosts: all",
    "  gather_facts: false",
    '  vars: { derived: "x-<%= password %>-y" }',
    "  tasks:",
    '    - shell: "printf %s <%= derived %> | base64; echo <%= password %> >&2; exit 1"',
    "      loop: [1, 2]",
    "      register: said",
    "      ignore_errors: true",
    '    - set_fact: { kept: "<%= inline %>" }',
    '    - debug: { msg: "<%= JSON.stringify(said) + kept %>" }',
    "    - copy: { src: cert.pem, dest: \"<%= playbook_dir %>/out\", mode: '0600' }",
    '    - fail: { msg: "bad <%= password %>" }',
  ];

  for (const kind of ["plain", "json"] as const)
    it(`is not shown: ${kind}`, async () => {
      const { at, read } = place({
        hosts: "h ansible_connection=local\n",
        "group_vars/all/secret.yml": "password: canary-one-77\n",
        "files/cert.pem": "canary-two-77\n",
        "p.yml": playbook.join("\n"),
      });
      const given = { vaultPasswordFile: [at("pw")], inventory: [at("hosts")] };
      await encrypt([at("group_vars/all/secret.yml"), at("files/cert.pem")], given);
      const inline = await output(() => encryptString(["canary-three-77"], { ...given, name: ["inline"] }));
      writeFileSync(at("group_vars/all/plain.yml"), inline);
      const options = { ...given, timeout: 1, forks: 1, speculation: true, verbose: 3, diff: true, output: kind };
      const text = await output(() => apply([at("p.yml")], options));
      expect(text)
        .to.include("‹secret›")
        .and.not.match(/canary|Y2FuYXJ5/);
      expect(read("out")).to.equal("canary-two-77\n");
    });
});

describe("fettle vault edit", () => {
  const editing = async (editor: string, work: () => Promise<unknown>): Promise<void> => {
    const before = { VISUAL: process.env["VISUAL"], EDITOR: process.env["EDITOR"] };
    delete process.env["VISUAL"];
    process.env["EDITOR"] = editor;
    try {
      await work();
    } finally {
      for (const [name, value] of Object.entries(before))
        if (value === undefined) Reflect.deleteProperty(process.env, name);
        else process.env[name] = value;
    }
  };

  it("keeps the id and the password, in a private file of a private folder", async () => {
    const { at, read, script } = place();
    const given = { vaultId: [`prod@${at("pw")}`] };
    await encrypt([at("v.yml")], given);
    const editor = script(
      "editor",
      `echo "more: 1" >> "$1"; { stat -c %a "$1" "$(dirname "$1")"; echo "$1"; } > ${at("seen")}`,
    );
    await editing(editor, () => edit(at("v.yml"), given));
    expect(read("v.yml")).to.match(/^\$ANSIBLE_VAULT;1\.2;AES256;prod\n/);
    expect(await output(() => view([at("v.yml")], given))).to.equal(`${PLAIN}more: 1\n`);
    const [file, folder, path = ""] = read("seen").split("\n");
    expect([file, folder]).to.deep.equal(["600", "700"]);
    expect(path).to.match(/\/v\.yml$/);
    expect(existsSync(path)).to.equal(false);
  });

  it("leaves the file as it is when the editor fails or is ended", async () => {
    const { at, read, folder, script } = place();
    const given = { vaultPasswordFile: [at("pw")] };
    await encrypt([at("v.yml")], given);
    const before = read("v.yml");
    await editing(script("bad", "echo x > $1; exit 3"), async () => {
      expect((await failure(edit(at("v.yml"), given), folder)).replace(at("bad"), "bad")).to.equal(
        "the editor `bad` failed (exit status 3): v.yml is as it was; name another one in EDITOR",
      );
    });
    await editing(script("ended", "echo x > $1; kill -INT $$"), async () => {
      expect(await failure(edit(at("v.yml"), given), folder)).to.equal("interrupted: v.yml is as it was");
    });
    expect(read("v.yml")).to.equal(before);
  });

  it("leaves no decrypted file after kill -9", async () => {
    const { at, folder, script } = place();
    const editor = script("editor", `echo "$1" > ${at("seen.new")}; mv ${at("seen.new")} ${at("seen")}; exec sleep 5`);
    const module = join(import.meta.dirname, "../../../src/cli/private-edit.ts");
    const code = `import { editPrivately } from ${JSON.stringify(module)}; await editPrivately(Buffer.from("secret"), "v.yml");`;
    const env = { ...process.env, EDITOR: editor, VISUAL: "", XDG_RUNTIME_DIR: folder };
    const child = spawn(process.execPath, ["--import=tsx", "--input-type=module", "-e", code], {
      env,
      stdio: "inherit",
    });
    const until = async (isSo: () => boolean): Promise<void> => {
      for (let i = 0; i < 160 && !isSo(); i++) await new Promise((resolve) => setTimeout(resolve, 50));
    };
    await until(() => existsSync(at("seen")));
    const path = readFileSync(at("seen"), "utf8").trim();
    expect(readFileSync(path, "utf8")).to.equal("secret");
    child.kill("SIGKILL");
    await until(() => !existsSync(path));
    expect(existsSync(path)).to.equal(false);
  });

  it("gives what it became", async () => {
    expect(
      (await editPrivately(Buffer.from("a"), "x", { PATH: process.env["PATH"], EDITOR: "printf b >" })).toString(),
    ).to.equal("b");
  });
});

// The fixtures say the same where there is no Ansible.
if (spawnSync("ansible-vault", ["--version"]).status === 0)
  describe("fettle vault and ansible-vault", () => {
    it("open each other's files and strings", async function () {
      this.timeout(60_000);
      const { at, read } = place({ "w.yml": PLAIN });
      const id = ["--vault-id", `prod@${at("pw")}`];
      const ansible = (...args: string[]): string => execFileSync("ansible-vault", args, { encoding: "utf8" });
      await encrypt([at("v.yml")], { vaultId: [`prod@${at("pw")}`] });
      expect(ansible("view", ...id, at("v.yml"))).to.include(PLAIN.trim());
      ansible("encrypt", ...id, at("w.yml"));
      await decrypt([at("w.yml")], { vaultPasswordFile: [at("pw")] });
      expect(read("w.yml")).to.equal(PLAIN);
      const text = await output(() => encryptString(["tuna"], { vaultPasswordFile: [at("pw")], name: ["fish"] }));
      writeFileSync(
        at("s"),
        text
          .split("\n")
          .slice(1)
          .map((line) => line.trim())
          .join("\n"),
      );
      expect(ansible("view", "--vault-password-file", at("pw"), at("s"))).to.include("tuna");
    });
  });

describe("parameters that are secrets", () => {
  it("are shown nowhere, in no other task's words either", async () => {
    const playbook = `- hosts: all
  gather_facts: false
  vars: {word: "$6$canary-91"}
  tasks:
    - {name: account, user: {name: root, password: "<%= word %>"}}
    - {name: say, debug: {msg: "it is <%= word %>"}}
`;
    const { at, folder } = place({ "p.yml": playbook, hosts: "h ansible_connection=local\n" });
    const options = { inventory: [at("hosts")], timeout: 1, forks: 1, speculation: true, verbose: 3 };
    const text = await output(() => plan([at("p.yml")], options));
    expect(text.replaceAll(folder, "")).to.contain("it is ‹secret›").and.not.to.contain("canary");
  });
});
