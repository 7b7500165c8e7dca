import { expect } from "chai";
import { readLine } from "../../../src/modules/support/apt-repository/line.js";
import { readKeyring } from "../../../src/modules/support/apt-repository/openpgp.js";
import { aptRepository } from "../../../src/modules/apt_repository.js";
import { deb822Repository } from "../../../src/modules/deb822_repository.js";
import { deb822 } from "../../../src/modules/support/apt-repository/deb822.js";
import { Workshop } from "../../support/signed-repository.js";
import { parsed, problems } from "./support.js";

const fingerprint = "9DC858229FC7DD38854AE2D88D81803C0EBFCD88";

describe("apt_repository", () => {
  it("reads a line of apt's", () => {
    expect(
      readLine("deb [arch=amd64,arm64 signed-by=/k.gpg by-hash=no] https://h/d  stable main  extra"),
    ).to.deep.equal({
      types: ["deb"],
      uris: ["https://h/d"],
      suites: ["stable"],
      components: ["main", "extra"],
      architectures: ["amd64", "arm64"],
      signed_by: "/k.gpg",
      by_hash: false,
    });
    expect(readLine("deb-src http://h/d ./")).to.deep.equal({
      types: ["deb-src"],
      uris: ["http://h/d"],
      suites: ["./"],
    });
  });

  it("writes deb822, under a name that comes of the URI", () => {
    const given = parsed(aptRepository, { repo: "deb [arch=amd64] https://me:pw@apt.example.com/debian/ stable main" });
    expect(given).to.include({ name: "apt_example_com_debian", update_cache: true, mode: "0644" });
    expect(deb822(given.source, "/etc/apt/keyrings/x.gpg")).to.equal(
      "Types: deb\nURIs: https://me:pw@apt.example.com/debian/\nSuites: stable\nComponents: main\nArchitectures: amd64\nSigned-By: /etc/apt/keyrings/x.gpg\n",
    );
    const fields = {
      name: "my repo.sources",
      uris: "https://h/",
      suites: "./",
      enabled: false,
      types: ["deb", "deb-src"],
    };
    const other = parsed(deb822Repository, fields);
    expect([other.name, deb822(other.source, undefined)]).to.deep.equal([
      "my-repo",
      "Enabled: no\nTypes: deb deb-src\nURIs: https://h/\nSuites: ./\n",
    ]);
  });

  it("refuses what would take anybody's packages", () => {
    const line = "https://h/d stable main";
    const refused = (args: object): string => problems(aptRepository, args).join(" | ");
    expect(refused({ repo: `deb [trusted=yes] ${line}` })).to.match(
      /^repo: trusted is not supported; have the repository signed/,
    );
    expect(refused({ repo: `deb [allow-insecure=yes] ${line}` })).to.match(/allow_insecure is not supported/);
    const url = { repo: `deb ${line}`, signed_by: "https://h/key" };
    expect(refused(url)).to.match(/^signed_by: brings a key that nobody vouches for; write its full fingerprint/);
    for (const short of ["0EBFCD88", "8D81803C0EBFCD88", `${fingerprint}0`])
      expect(refused({ ...url, fingerprints: [short] })).to.match(/^fingerprints\S*: is not a full fingerprint/);
    expect(refused({ ...url, fingerprints: "9DC8 5822 9FC7 DD38 854A  E2D8 8D81 803C 0EBF CD88" })).to.equal("");
    expect(refused({ repo: `deb ${line}`, fingerprints: fingerprint })).to.match(
      /^fingerprints: is for a key that signed_by/,
    );
  });

  it("refuses what makes no sense", () => {
    const refused = (args: object): string => problems(aptRepository, args).join(" | ");
    expect(refused({ repo: "ppa:x/y" })).to.match(/^repo: is a PPA, which is not supported/);
    expect(refused({ repo: "debian stable" })).to.match(/^repo: is no line of apt's; write it as: deb/);
    expect(refused({ repo: "deb https://h/d stable" })).to.equal(": needs components");
    expect(refused({ repo: "deb https://h/d ./ main" })).to.match(/^components: are not for a flat repository/);
    expect(refused({ repo: "deb [foo=1] https://h/d stable main" })).to.match(/an option that is not supported: foo=1/);
    expect(refused({ repo: "deb https://h/d s c", filename: "../x" })).to.match(/^filename: is no name of a file/);
    expect(refused({ repo: "deb https://h/d s c", uris: "https://h" })).to.match(/^repo: says where the repository is/);
    expect(refused({})).to.equal(": needs repo, or uris and suites");
    expect(
      problems(deb822Repository, { name: "x", uris: "https://h", suites: "a\nTrusted: yes", components: "c" }).join(),
    ).to.equal("suites: is not the name of a suite");
    expect(problems(deb822Repository, { name: "x", state: "absent" })).to.deep.equal([]);
  });
});

describe("OpenPGP keys", function () {
  this.timeout(60_000);
  const workshop = new Workshop();
  after(() => {
    workshop.close();
  });
  const problem = (bytes: Buffer): string => {
    const found = readKeyring(bytes);
    return "problem" in found ? found.problem : "no problem";
  };

  for (const algorithm of ["ed25519", "rsa3072", "nistp256"]) {
    it(`has gpg's fingerprint of a key by ${algorithm}`, () => {
      const { armoured, binary, fingerprint: real } = workshop.key(algorithm);
      expect(readKeyring(binary)).to.deep.equal({ bytes: binary, fingerprints: [real] });
      expect(readKeyring(Buffer.from(armoured))).to.deep.equal({ bytes: binary, fingerprints: [real] });
      expect(readKeyring(Buffer.from(armoured.replaceAll("\n", "\r\n")))).to.deep.equal({
        bytes: binary,
        fingerprints: [real],
      });
    });
  }

  it("sees every key, in whatever form they stand together", () => {
    const [one, two] = [workshop.key(), workshop.key()];
    const both = [one.fingerprint, two.fingerprint];
    expect(readKeyring(Buffer.concat([one.binary, two.binary]))).to.deep.include({ fingerprints: both });
    expect(readKeyring(Buffer.from(`hello\n${one.armoured}\nmore\n${two.armoured}`))).to.deep.include({
      fingerprints: both,
    });
  });

  it("takes nothing that it does not understand to its end", () => {
    const { binary, armoured } = workshop.key();
    expect(problem(Buffer.from("hello"))).to.equal("is no OpenPGP key, or is cut off");
    expect(problem(Buffer.alloc(0))).to.equal("is no OpenPGP key");
    expect(problem(binary.subarray(0, binary.length - 1))).to.contain("is cut off");
    expect(problem(Buffer.concat([binary, Buffer.from("x")]))).to.contain("is cut off");
    expect(problem(Buffer.from(armoured.replace("PUBLIC", "PRIVATE")))).to.equal("is no OpenPGP key");
    expect(problem(Buffer.concat([Buffer.from([0xc5, 1, 4]), binary]))).to.equal("holds a secret key");
    // A length in pieces could hide what another program would find.
    expect(problem(Buffer.concat([binary, Buffer.from([0xc6, 0xe1, 0, 0, 0])]))).to.contain("is cut off");
    expect(problem(Buffer.from([0xcd, 1, 65]))).to.equal("does not begin with a public key");
  });
});
