import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { run } from "./run.js";

/** Makes an authority and a certificate for that address: `leaf.pem` and `leaf.key` in the folder. Gives the authority's. */
export async function makeAuthority(folder: string, address: string): Promise<string> {
  const at = (name: string): string => join(folder, name);
  const key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"];
  const forCa = [
    "-x509",
    "-days",
    "30",
    "-subj",
    "/CN=the lab's ACME server",
    "-addext",
    "keyUsage=critical,keyCertSign",
  ];
  await run(["openssl", "req", ...key, ...forCa, "-keyout", at("ca.key"), "-out", at("ca.pem")]);
  await run(["openssl", "req", ...key, "-subj", "/CN=acme", "-keyout", at("leaf.key"), "-out", at("leaf.csr")]);
  await writeFile(at("leaf.ext"), `subjectAltName=IP:${address}\nextendedKeyUsage=serverAuth\n`);
  const by = ["-CA", at("ca.pem"), "-CAkey", at("ca.key"), "-CAcreateserial", "-extfile", at("leaf.ext")];
  await run(["openssl", "x509", "-req", "-days", "30", "-in", at("leaf.csr"), ...by, "-out", at("leaf.pem")]);
  return readFile(at("ca.pem"), "utf8");
}
