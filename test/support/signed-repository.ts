import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

/** A key of gpg's, in a keyring of its own. */
export interface SigningKey {
  readonly fingerprint: string;
  /** The public key in armour. */
  readonly armoured: string;
  readonly binary: Buffer;
  readonly home: string;
}

export interface RepositoryOptions {
  /** Absent: it is not signed. */
  readonly key?: SigningKey;
  readonly validUntil?: string;
  /** What is in the package: path → text. A text with `#!` in front can be run. */
  readonly files?: Readonly<Record<string, string>>;
}

/** Makes keys and repositories with gpg and apt-ftparchive; all of it goes with `close`. */
export class Workshop {
  readonly folder = mkdtempSync(join(tmpdir(), "fettle-keys-"));
  #count = 0;

  close(): void {
    const homes = Array.from({ length: this.#count }, (_, i) => join(this.folder, `key${i}`));
    for (const home of homes) execFileSync("gpgconf", ["--homedir", home, "--kill", "all"], { stdio: "ignore" });
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** `algorithm` as `--quick-generate-key` takes it. */
  key(algorithm = "ed25519"): SigningKey {
    const home = join(this.folder, `key${this.#count++}`);
    mkdirSync(home, { mode: 0o700 });
    const gpg = (...args: string[]): Buffer =>
      execFileSync("gpg", ["--homedir", home, "--batch", "--quiet", "--passphrase", "", ...args], { stdio: "pipe" });
    gpg("--quick-generate-key", "Tester <tester@example.org>", algorithm, "sign", "never");
    const listed = gpg("--list-keys", "--with-colons").toString();
    const fingerprint = /^fpr:+([0-9A-F]+):/m.exec(listed)?.[1] ?? "";
    if (algorithm === "ed25519") gpg("--quick-add-key", fingerprint, "cv25519", "encr", "never");
    return { fingerprint, armoured: gpg("--armor", "--export").toString(), binary: gpg("--export"), home };
  }

  /** What a web server has to serve below `/NAME`: a repository `stable main` with one package. */
  repository(name: string, { key, validUntil, files: content = {} }: RepositoryOptions = {}): Record<string, Buffer> {
    const root = join(this.folder, `repository-${name}`);
    for (const [path, text] of Object.entries(content)) {
      mkdirSync(dirname(join(root, "package", path)), { recursive: true });
      writeFileSync(join(root, "package", path), text, { mode: text.startsWith("#!") ? 0o755 : 0o644 });
    }
    execFileSync("sh", ["-ec", MAKE, "make", root, name, validUntil ?? ""], { stdio: "pipe" });
    const dist = join(root, "dists/stable");
    const files = ["Release", "main/binary-all/Packages", "main/binary-amd64/Packages", "main/binary-arm64/Packages"];
    const pages: Record<string, Buffer> = {};
    for (const file of files) pages[`/${name}/dists/stable/${file}`] = readFileSync(join(dist, file));
    pages[`/${name}/pool/${name}.deb`] = readFileSync(join(root, `pool/${name}.deb`));
    if (key === undefined) return pages;
    const args = ["--homedir", key.home, "--batch", "--yes", "--clearsign", "-o", join(dist, "InRelease")];
    execFileSync("gpg", [...args, join(dist, "Release")], { stdio: "pipe" });
    return { ...pages, [`/${name}/dists/stable/InRelease`]: readFileSync(join(dist, "InRelease")) };
  }

  write(name: string, text: string): string {
    writeFileSync(join(this.folder, name), text);
    return join(this.folder, name);
  }
}

const MAKE = `root=$1 name=$2 until=$3
mkdir -p "$root/pool" "$root/package/DEBIAN"
printf 'Package: %s\\nVersion: 1\\nArchitecture: all\\nMaintainer: x <x@example.org>\\nDescription: test\\n' "$name" >"$root/package/DEBIAN/control"
dpkg-deb -b "$root/package" "$root/pool/$name.deb"
cd "$root"
for arch in all amd64 arm64; do
  mkdir -p "dists/stable/main/binary-$arch"
  apt-ftparchive packages pool >"dists/stable/main/binary-$arch/Packages"
done
apt-ftparchive -o APT::FTPArchive::Release::Suite=stable -o APT::FTPArchive::Release::Components=main \\
  -o "APT::FTPArchive::Release::Architectures=all amd64 arm64" \\
  release dists/stable >Release.new
[ -z "$until" ] || sed -i "s/^Date: .*/&\\nValid-Until: $until/" Release.new
mv Release.new dists/stable/Release`;
