import { createHmac } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { addKnownHost, fingerprint, KnownHosts } from "../../../../src/transport/ssh2/known-hosts.js";

/** A key's blob: its type, then anything. */
function makeKey(type: string, body: string): Buffer {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(type.length);
  return Buffer.concat([length, Buffer.from(type + body)]);
}

const ED = makeKey("ssh-ed25519", "one");
const OTHER = makeKey("ssh-ed25519", "two");
const EC = makeKey("ecdsa-sha2-nistp256", "three");
const line = (key: Buffer): string => `${key.toString("latin1", 4, 4 + key.readUInt32BE(0))} ${key.toString("base64")}`;

describe("known_hosts", () => {
  const folder = mkdtempSync(join(tmpdir(), "fettle-known-"));
  const file = join(folder, "sub", "known_hosts");
  after(() => rmSync(folder, { recursive: true }));

  const verdict = (text: string, names: readonly string[], key = ED): unknown => {
    const path = join(folder, "known_hosts");
    writeFileSync(path, text);
    const { kind, ...more } = new KnownHosts([path]).verify(names, key);
    return "where" in more ? `${kind} ${more.where.replace(path, "")}` : kind;
  };
  const hashed = (name: string): string => {
    const salt = Buffer.from("0123456789abcdefghij");
    return `|1|${salt.toString("base64")}|${createHmac("sha1", salt).update(name).digest("base64")}`;
  };

  const cases: readonly (readonly [string, string, readonly string[], unknown])[] = [
    ["a name", `web ${line(ED)}`, ["web"], "known"],
    ["a name in capitals", `WEB ${line(ED)}`, ["web"], "known"],
    ["one of several names, with a comment behind", `a,web,b ${line(ED)} me@here`, ["web"], "known"],
    ["the second of a host's names", `10.0.0.1 ${line(ED)}`, ["web", "10.0.0.1"], "known"],
    ["another name", `web2 ${line(ED)}`, ["web"], "unknown"],
    ["the beginning of a name", `web.example.org ${line(ED)}`, ["web"], "unknown"],
    ["a dot, which is no wildcard", `webxorg ${line(ED)}`, ["web.org"], "unknown"],
    ["a hashed name", `${hashed("web")} ${line(ED)}`, ["web"], "known"],
    ["another hashed name", `${hashed("web2")} ${line(ED)}`, ["web"], "unknown"],
    ["a hashed name with a port", `${hashed("[web]:2222")} ${line(ED)}`, ["[web]:2222"], "known"],
    ["a name with a port", `[web]:2222 ${line(ED)}`, ["[web]:2222"], "known"],
    ["a name with another port", `[web]:2223 ${line(ED)}`, ["[web]:2222"], "unknown"],
    ["a name without the port", `web ${line(ED)}`, ["[web]:2222"], "unknown"],
    ["a wildcard", `*.example.org ${line(ED)}`, ["web.example.org"], "known"],
    ["a wildcard for one character", `web? ${line(ED)}`, ["web1"], "known"],
    ["a wildcard with a port", `[*.example.org]:22?? ${line(ED)}`, ["[web.example.org]:2222"], "known"],
    ["a name ruled out", `*.example.org,!web.example.org ${line(ED)}`, ["web.example.org"], "unknown"],
    ["a changed key", `# a comment\n\nweb ${line(OTHER)}`, ["web"], "changed :3"],
    ["one of two keys of a type", `web ${line(OTHER)}\nweb ${line(ED)}`, ["web"], "known"],
    ["a key of another type only", `web ${line(EC)}`, ["web"], "changed :1"],
    ["keys of several types", `web ${line(EC)}\nweb ${line(ED)}`, ["web"], "known"],
    ["a revoked key, known elsewhere", `web ${line(ED)}\n@revoked * ${line(ED)}`, ["web"], "revoked :2"],
    ["another key that is revoked", `web ${line(ED)}\n@revoked * ${line(OTHER)}`, ["web"], "known"],
    ["an authority's key", `@cert-authority *.org ${line(ED)}`, ["web.org"], "authority :1"],
    ["lines without a key", `web\nweb ssh-ed25519\n`, ["web"], "unknown"],
  ];
  for (const [what, text, names, expected] of cases) {
    it(`${String(expected)}: ${what}`, () => expect(verdict(text, names)).to.equal(expected));
  }

  it("knows no host without a file", () => {
    expect(new KnownHosts([join(folder, "none")]).verify(["web"], ED)).to.deep.equal({ kind: "unknown" });
  });

  it("names the types of a host's keys, not of revoked ones", () => {
    const path = join(folder, "known_hosts");
    writeFileSync(path, `web ${line(EC)}\nweb ${line(ED)}\nweb ${line(OTHER)}\nelse ${line(ED)}\n@revoked web x y\n`);
    expect(new KnownHosts([path]).types(["web"])).to.deep.equal(["ecdsa-sha2-nistp256", "ssh-ed25519"]);
    expect(new KnownHosts([path]).types(["unheard"])).to.deep.equal([]);
  });

  it("adds a key that is known then, in a file for its owner alone", () => {
    addKnownHost(file, "[web]:2222", ED);
    expect(readFileSync(file, "utf8")).to.equal(`[web]:2222 ${line(ED)}\n`);
    expect(statSync(file).mode & 0o777).to.equal(0o600);
    expect(new KnownHosts([file]).verify(["[web]:2222"], ED)).to.deep.equal({ kind: "known" });
  });

  it("adds a key behind a last line without a newline", () => {
    writeFileSync(file, `else ${line(EC)}`);
    addKnownHost(file, "web", ED);
    expect(readFileSync(file, "utf8")).to.equal(`else ${line(EC)}\nweb ${line(ED)}\n`);
  });

  it("shows a fingerprint as ssh-keygen does", () => {
    const key = "AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoqKLsabgH5C9okWi0dh2l9GKJl";
    expect(fingerprint(Buffer.from(key, "base64"))).to.equal("SHA256:+DiY3wvvV6TuJJhbpZisF/zLDA0zPMSvHdkr4UvCOqU");
  });
});
