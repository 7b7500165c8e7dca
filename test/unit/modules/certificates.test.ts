import { expect } from "chai";
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:tls";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { getCertificate } from "../../../src/modules/get_certificate.js";
import { moment } from "../../../src/modules/support/moment.js";
import { x509CertificateInfo } from "../../../src/modules/x509_certificate_info.js";
import { LocalHost } from "../../support/local-host.js";
import { runHere } from "./local-run.js";
import { changes, execStep, problems, resultOf } from "./support.js";

describe("certificates", () => {
  let folder: string;
  let pem: string;
  let key: string;
  let host: LocalHost;

  before(async () => {
    host = await LocalHost.open();
    folder = mkdtempSync(join(tmpdir(), "fettle-certificates-"));
    const [keyFile, certFile] = [join(folder, "key.pem"), join(folder, "cert.pem")];
    const about = ["-subj", "/O=Fettle/CN=example.com", "-addext", "subjectAltName=DNS:example.com,IP:192.0.2.1"];
    const kind = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-set_serial", "4097"];
    execFileSync("openssl", ["req", "-x509", "-days", "30", ...kind, ...about, "-keyout", keyFile, "-out", certFile], {
      stdio: "ignore",
    });
    [pem, key] = [readFileSync(certFile, "latin1"), readFileSync(keyFile, "latin1")];
  });

  after(async () => {
    await host.close();
    rmSync(folder, { recursive: true });
  });

  const told = async (args: object): Promise<Readonly<Record<string, unknown>>> => {
    const params = x509CertificateInfo.params.parse(args);
    const { state } = await host.look(x509CertificateInfo, params);
    return x509CertificateInfo.result?.([], params, state) ?? {};
  };

  it("are told from a file and from a text", async () => {
    // As haproxy wants it: the key beside the certificates.
    writeFileSync(join(folder, "site.pem"), `${key}${pem}${pem}`);
    const info = await told({ path: join(folder, "site.pem"), valid_at: { soon: "+3w", late: "+5w", early: "-1d" } });
    expect(info).to.deep.include({
      subject: { organizationName: "Fettle", commonName: "example.com" },
      issuer: { organizationName: "Fettle", commonName: "example.com" },
      subject_alt_name: ["DNS:example.com", "IP:192.0.2.1"],
      serial_number: "4097",
      expired: false,
      public_key_type: "ECC",
      public_key_data: { curve: "prime256v1" },
      self_signed: true,
      valid_at: { soon: true, late: false, early: false },
      certificates: 2,
      changed: false,
    });
    expect(info["not_after"]).to.match(/^20\d{12}Z$/);
    expect(info["seconds_left"]).to.be.within(29 * 86_400, 30 * 86_400);
    const sha256 = execFileSync("openssl", ["x509", "-noout", "-fingerprint", "-sha256"], { input: pem }).toString();
    const { fingerprints } = info as { fingerprints: { sha256: string } };
    expect(fingerprints.sha256).to.equal(sha256.trim().replace(/.*=/, "").toLowerCase());
    expect((await told({ content: pem }))["fingerprints"]).to.deep.equal(info["fingerprints"]);
  });

  it("are refused when there is none, or a broken one", async () => {
    const failure = (args: object): Promise<string> => told(args).then(() => "", String);
    expect(await failure({ path: join(folder, "none.pem") })).to.match(/there is no file/);
    expect(await failure({ path: folder })).to.match(/is no file with a certificate/);
    expect(await failure({ content: key })).to.match(/content has no certificate in PEM form/);
    expect(await failure({ content: pem.replace(/\n[^-]{20}/, "\nAAAAAAAAAAAAAAAAAAAA") })).to.match(/is broken/);
    expect(problems(x509CertificateInfo, {}).join()).to.match(/needs either path or content/);
    expect(problems(x509CertificateInfo, { content: "x", valid_at: { a: "soon" } }).join()).to.match(/is no moment/);
  });

  it("are shown as a server serves them", async () => {
    const server = createServer({ cert: pem, key }, (socket) => socket.end());
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as AddressInfo;
    const asked = async (args: object): Promise<Readonly<Record<string, unknown>>> => {
      const given = { host: "127.0.0.1", port, ...args };
      return resultOf(getCertificate, given, await runHere(execStep(changes(getCertificate, given))));
    };
    const served = await asked({ server_name: "example.com" });
    expect(served).to.deep.include({ serial_number: "4097", subject_alt_name: ["DNS:example.com", "IP:192.0.2.1"] });
    expect(served["cert"]).to.equal(pem);
    server.close();
    expect(await asked({ port: 1, timeout: 2 })).to.deep.include({ failed: true });
    expect(problems(getCertificate, { host: "-oops" }).join()).to.match(/must be a host's name/);
  });

  it("are good at moments written in several ways", () => {
    const now = new Date("2026-01-01T00:00:00Z");
    const at = (text: string): string | undefined => moment(text, now)?.toISOString();
    expect(at("+1w2d")).to.equal("2026-01-10T00:00:00.000Z");
    expect(at("-90m")).to.equal("2025-12-31T22:30:00.000Z");
    expect(at("20270203040506Z")).to.equal("2027-02-03T04:05:06.000Z");
    for (const wrong of ["", "+", "3w", "+3", "20271303040506Z"]) expect(at(wrong), wrong).to.equal(undefined);
  });
});
