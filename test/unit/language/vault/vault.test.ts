import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { openEnvelope, sealBytes } from "../../../../src/language/vault/cipher.js";
import { formatEnvelope, parseEnvelope } from "../../../../src/language/vault/format.js";
import { Keyring } from "../../../../src/language/vault/keyring.js";
import { readSource, Source } from "../../../../src/language/source.js";
import { createScope } from "../../../../src/language/scope.js";
import { readVarsFile } from "../../../../src/language/variables.js";
import { nothingRead } from "../../../../src/language/playbook/play-frame.js";
import { LocalFiles } from "../../../../src/language/playbook/local.js";
import { folderWith, messagesOf } from "../support.js";

/** Made by Debian's ansible-vault 2.14; the passwords are below. */
const FIXTURES = join(import.meta.dirname, "fixtures");
const sesame: Buffer = Buffer.from("sesame");
const other: Buffer = Buffer.from("other");

const fixture = (name: string): string => join(FIXTURES, name);
const textOf = (name: string): string => readFileSync(fixture(name), "utf8");
const key = (id: string, password: Buffer = sesame) => ({ id, password });

/** Variables of a file, as a host sees them. */
function scopeOf(path: string, keyring: Keyring) {
  return createScope({ below: [readVarsFile(path, keyring)], above: [], dynamic: nothingRead("h"), magic: {} });
}

describe("vault: the format", () => {
  const plain = (name: string, password: Buffer) =>
    openEnvelope(parseEnvelope(textOf(name)), password)?.toString("latin1");

  it("opens what ansible-vault made", () => {
    expect(plain("file-1.1.vault", sesame)).to.equal("db_password: swordfish-77\nport: 5432\n");
    expect(plain("file-1.2.vault", sesame)).to.equal("db_password: swordfish-77\nport: 5432\n");
    expect(plain("binary.vault", Buffer.from("päss wörd"))).to.equal("\x00\x01\xff binary\n");
    expect(plain("raw-password.vault", Buffer.from("a1\xff\xfe\xa0z", "latin1"))).to.equal("raw\n");
    expect(plain("empty.vault", sesame)).to.equal("");
    expect(plain("file-1.1.vault", other)).to.equal(undefined);
  });

  it("writes what ansible-vault writes, byte by byte, with the same salt", () => {
    for (const name of ["file-1.1.vault", "file-1.2.vault", "empty.vault"]) {
      const { id, salt } = parseEnvelope(textOf(name));
      const bytes = Buffer.from(plain(name, sesame) ?? "", "latin1");
      expect(formatEnvelope(sealBytes(bytes, sesame, id, salt))).to.equal(textOf(name));
    }
  });

  it("takes another salt each time", () => {
    const seal = () => formatEnvelope(sealBytes(Buffer.from("x"), sesame));
    expect(seal()).not.to.equal(seal());
  });

  it("reads it with Windows line ends and indented", () => {
    const text = textOf("file-1.2.vault").replaceAll("\n", "\r\n    ");
    expect(openEnvelope(parseEnvelope(text), sesame)?.toString()).to.include("swordfish");
    expect(parseEnvelope(text).id).to.equal("prod");
  });
});

describe("vault: files", () => {
  const wrong = (text: string, keyring = new Keyring([key("default")])): string | undefined => {
    const folder = folderWith({ "v.yml": text });
    return messagesOf(() => readSource(join(folder, "v.yml"), keyring), folder)[0];
  };
  const file = textOf("file-1.1.vault");

  it("are read by every password that opens them, whatever its id", () => {
    const keyring = new Keyring([key("dev", other), key("qa")]);
    expect(scopeOf(fixture("file-1.2.vault"), keyring).get("db_password")).to.equal("swordfish-77");
    expect(keyring.secrets()).to.deep.equal(["swordfish-77", "5432"]);
  });

  it("are secret as they become, too", () => {
    const sealed = formatEnvelope(
      sealBytes(Buffer.from('pw: hunter2\nurl: ["db://app:<%= pw %>@<%= place %>"]'), sesame),
    );
    const folder = folderWith({ "v.yml": sealed, "w.yml": "place: here\n" });
    const keyring = new Keyring([key("default")]);
    const below = [readVarsFile(join(folder, "v.yml"), keyring), readVarsFile(join(folder, "w.yml"), keyring)];
    expect(createScope({ below, above: [], dynamic: nothingRead("h"), magic: {} }).get("url")).to.deep.equal([
      "db://app:hunter2@here",
    ]);
    expect(keyring.secrets()).to.include("db://app:hunter2@here");
  });

  it("have an error each for no password, another one, and another id", () => {
    expect(wrong(file, new Keyring([]))).to.equal(
      "v.yml:1:1 this is encrypted, and no vault password is given; give it with --vault-password-file FILE, or -J to be asked",
    );
    expect(wrong(textOf("file-1.2.vault"), new Keyring([]))).to.equal(
      'v.yml:1:1 this is encrypted with the vault id "prod", and no vault password is given; give it with --vault-id prod@FILE, or -J to be asked',
    );
    expect(wrong(file, new Keyring([key("default", other)]))).to.equal(
      "v.yml:1:1 no vault password that is given opens this; check the password; if it is right, the vault was damaged: copy it again",
    );
    expect(wrong(textOf("file-1.2.vault"), new Keyring([key("prod", other)]))).to.equal(
      'v.yml:1:1 the password of the vault id "prod" does not open this; check the password; if it is right, the vault was damaged: copy it again',
    );
    expect(wrong(textOf("file-1.2.vault"), new Keyring([key("dev", other)]))).to.equal(
      'v.yml:1:1 this is encrypted with the vault id "prod", and the passwords given ("dev") do not open it; give its own with --vault-id prod@FILE',
    );
  });

  it("have an error each for what is broken in them, at its place", () => {
    const again = "copy it again from where it was made";
    expect(wrong(file.replace("1.1", "2.0"))).to.equal(
      `v.yml:1:16 the vault format "2.0" is not known, only 1.1 and 1.2 are; ${again}`,
    );
    expect(wrong(file.replace("AES256", "AES"))).to.equal(
      `v.yml:1:20 the cipher "AES" is not known, only AES256 is; ${again}`,
    );
    const lines = file.split("\n");
    expect(wrong([...lines.slice(0, 2), `12x${lines[2] ?? ""}`, ...lines.slice(3)].join("\n"))).to.equal(
      `v.yml:3:3 a vault has hexadecimal digits only, and this is none; ${again}`,
    );
    expect(wrong(lines.slice(0, 3).join("\n"))).to.equal(
      `v.yml:2:1 this vault is cut off, or something in it is lost; ${again}`,
    );
    expect(wrong("$ANSIBLE_VAULT;1.1;AES256")).to.include("this vault is cut off");
    expect(wrong(file.replace(/.\n$/, (end) => (end.startsWith("3") ? "4\n" : "3\n")))).to.include(
      "no vault password that is given opens this",
    );
  });

  it("show nothing of themselves in errors", () => {
    const seal = (text: string) => formatEnvelope(sealBytes(Buffer.from(text), sesame));
    const keyring = new Keyring([key("default")]);
    const error = (text: string) => {
      const folder = folderWith({ "v.yml": seal(text) });
      try {
        scopeOf(join(folder, "v.yml"), keyring).get("x");
      } catch (thrown) {
        return JSON.stringify(thrown) + String(thrown);
      }
      return "no error";
    };
    for (const text of [
      "x: canary {{ canary }}",
      "x: !!int canary",
      "x: 1\nx: [canary",
      "canary: 1\ncanary: 2",
      "x: <%= canary %>",
    ])
      expect(error(text), text)
        .to.match(/v\.yml:\d+:\d+ /)
        .and.not.include("canary");
  });

  it("are decrypted as sources of copy and template, unless copy says decrypt: false", async () => {
    const keyring = new Keyring([key("default"), key("u", Buffer.from("päss wörd"))]);
    const scope = scopeOf(fixture("file-1.1.vault"), keyring);
    const sealed = formatEnvelope(sealBytes(Buffer.from("static part <%= port %>"), sesame));
    const folder = folderWith({ "templates/t.ejs": sealed, "files/plain": "as it is" });
    const local = new LocalFiles([folder, FIXTURES], scope, keyring);
    const file = await local.file("binary.vault");
    expect((await file.bytes()).toString("latin1")).to.equal("\x00\x01\xff binary\n");
    expect(file.sizeBytes).to.equal(11);
    expect(file.inMemory).to.equal(true);
    expect((await (await local.file("binary.vault", false)).bytes()).toString()).to.include(
      "$ANSIBLE_VAULT;1.1;AES256\n",
    );
    expect((await (await local.file("plain")).bytes()).toString()).to.equal("as it is");
    expect(await local.template("t.ejs")).to.equal("static part 5432");
    expect(keyring.secrets()).to.include("static part");
  });
});

describe("vault: strings", () => {
  const strings = fixture("strings.yml");
  const short = (work: () => unknown) => messagesOf(work, FIXTURES)[0];

  it("are opened when they are used, are templates as others are, and are secrets then", () => {
    const keyring = new Keyring([key("prod")]);
    const scope = scopeOf(strings, keyring);
    expect(keyring.secrets()).to.deep.equal([]);
    expect(scope.get("api_key")).to.equal("tuna-and-8443");
    expect(keyring.secrets()).to.deep.equal(["tuna-and-<%= port %>", "tuna-and-8443"]);
  });

  it("need no password when they are not used, and it is an error with their place when they are", () => {
    const scope = scopeOf(strings, new Keyring([]));
    expect(scope.get("port")).to.equal(8443);
    expect(short(() => scope.get("api_key"))).to.equal(
      'strings.yml:2:11 this is encrypted with the vault id "prod", and no vault password is given; give it with --vault-id prod@FILE, or -J to be asked',
    );
  });

  it("are broken at once, used or not", () => {
    const folder = folderWith({
      "v.yml": "a: 1\nb: !vault |\n  $ANSIBLE_VAULT;1.1;AES256\n  62y2\n",
      "w.yml": "b: !vault hello\n",
    });
    const wrong = (name: string) => messagesOf(() => scopeOf(join(folder, name), new Keyring([])), folder)[0];
    expect(wrong("v.yml")).to.equal(
      "v.yml:4:5 a vault has hexadecimal digits only, and this is none; copy it again from where it was made",
    );
    expect(wrong("w.yml")).to.equal(
      "w.yml:1:11 a vault begins with $ANSIBLE_VAULT;1.1;AES256; make it with `fettle vault`",
    );
  });

  it("tell of a wrong password beforehand, but not of one that is for others", () => {
    const check = (...keys: ReturnType<typeof key>[]) => {
      const keyring = new Keyring(keys);
      scopeOf(strings, keyring);
      return short(() => keyring.checkPasswords());
    };
    const wrong = Buffer.from("wrong");
    expect(check(key("prod", wrong))).to.equal(
      'strings.yml:2:11 the password of the vault id "prod" does not open this; check the password; if it is right, the vault was damaged: copy it again',
    );
    expect(check(key("default", wrong))).to.include("strings.yml:9:11 no vault password that is given opens this");
    expect(check(key("prod"), key("default", wrong))).to.include("strings.yml:9:11 ");
    expect(check(key("prod"))).to.equal(undefined);
    expect(check(key("dev", wrong))).to.equal(undefined);
    // Given without an id, it opens one of another: so it is no wrong password.
    expect(check(key("default"))).to.equal(undefined);
  });

  it("quote their place, not their content", () => {
    const source = new Source("f.yml", "canary", new Keyring([]), true);
    expect(source.error(source.place(0), 'the value "canary" is wrong').details).to.deep.equal({
      kind: "input",
      cause: 'the value "‹secret›" is wrong',
      place: { file: "f.yml", line: 1, column: 1 },
    });
  });
});
