import { mkdir, readdir, readlink, rename, rm, symlink, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { gzipSync } from "node:zlib";
import { clearDraft } from "./draft.js";
import { cacheDir, ensureImage, exists } from "./image.js";
import type { Suite } from "./kinds.js";
import { withLock } from "./lock.js";
import { debianMirror, sourceLine } from "./mirror.js";
import { stampOf } from "./recipes.js";
import { run, say } from "./run.js";

/** What the labs' servers serve: a repository for each suite, and `files/`. */
export const servedDir = join(cacheDir, "served");

/** What can be installed on the hosts of every suite, with all that it depends on. */
const common = [
  ...["acl", "cron", "curl", "haproxy", "hello", "jq", "logrotate", "nginx", "nginx-light", "rsync", "rsyslog"],
  ...["sl", "socat", "tree"],
  ...["bzip2", "git", "gnupg", "openssl", "unzip", "wget", "xz-utils", "zip", "zstd"],
  ...["chrony", "needrestart", "unattended-upgrades"],
  ...["certbot", "iptables", "keepalived", "nftables", "ufw"],
];

const mariadb = ["galera-4", "mariadb-backup", "mariadb-client", "mariadb-server"];

/** Only sid has Oracle's MySQL, which cannot be installed beside MariaDB. */
const offeredBy: Readonly<Record<Suite, readonly string[]>> = {
  bookworm: [...common, ...mariadb],
  trixie: [...common, ...mariadb],
  sid: [...common, "mysql-client", "mysql-server"],
};

/** Cannot be installed beside one of the others. */
const offeredAlone = ["systemd-timesyncd"];

/** The suite's repository under `servedDir`, made now when it is missing or offers something else by now. */
export async function ensureRepository(suite: Suite): Promise<void> {
  const image = await ensureImage(suite);
  const folder = join(servedDir, `${suite}-${stampOf([basename(image), offeredBy[suite], offeredAlone])}`);
  const link = join(servedDir, suite);
  if ((await readlink(link).catch(() => "")) === basename(folder)) return;
  await withLock(join(cacheDir, ".locks", `repository-${suite}`), async () => {
    if (!(await exists(folder))) await makeRepository(suite, image, folder);
    await rm(`${link}.new`, { force: true });
    await symlink(basename(folder), `${link}.new`);
    await rename(`${link}.new`, link);
    await dropOldRepositories(suite, folder);
  });
}

async function makeRepository(suite: Suite, image: string, folder: string): Promise<void> {
  say(`fetching the ${suite} packages that hosts can install (once)`);
  const draft = join(servedDir, `.new-${suite}`);
  await clearDraft(draft);
  await download(suite, image, draft);
  await index(suite, draft);
  await rename(draft, folder);
}

/** Lets apt resolve against what the image has installed, in folders of its own beside this machine's. */
async function download(suite: Suite, image: string, draft: string): Promise<void> {
  const scratch = join(draft, "scratch");
  const pool = join(draft, "pool");
  for (const dir of [pool, "scratch/state/lists/partial", "scratch/cache/archives/partial"])
    await mkdir(dir === pool ? pool : join(draft, dir), { recursive: true });
  const sources = join(scratch, "sources.list");
  await writeFile(sources, `${sourceLine(await debianMirror(), suite)}\n`);
  const settings = [
    `Dir::State=${scratch}/state`,
    `Dir::State::status=${image}/var/lib/dpkg/status`,
    `Dir::Cache=${scratch}/cache`,
    `Dir::Etc::sourcelist=${sources}`,
    "Dir::Etc::sourceparts=/dev/null",
    "Dir::Etc::preferences=/dev/null",
    "Dir::Etc::preferencesparts=/dev/null",
    "APT::Sandbox::User=root",
    "APT::Install-Recommends=false",
    "Acquire::Check-Valid-Until=false",
  ];
  const apt = ["apt-get", "-q", "-y", ...settings.flatMap((setting) => ["-o", setting])];
  await run([...apt, "-o", "APT::Update::Error-Mode=any", "update"]);
  for (const packages of [offeredBy[suite], offeredAlone])
    await run([...apt, "--download-only", "install", ...packages]);
  const archives = join(scratch, "cache/archives");
  for (const name of await readdir(archives))
    if (name.endsWith(".deb")) await rename(join(archives, name), join(pool, name));
  await rm(scratch, { recursive: true, force: true });
}

/** Writes the folders and indexes that apt expects of a repository. */
async function index(suite: Suite, draft: string): Promise<void> {
  const architecture = (await run(["dpkg", "--print-architecture"])).trim();
  const binary = join(draft, `dists/${suite}/main/binary-${architecture}`);
  await mkdir(binary, { recursive: true });
  const packages = await run(["sh", "-c", 'cd "$1" && apt-ftparchive packages pool', "sh", draft]);
  await writeFile(join(binary, "Packages"), packages);
  await writeFile(join(binary, "Packages.gz"), gzipSync(packages));
  const facts = { Origin: "Debian", Label: "Debian", Suite: suite, Codename: suite, Components: "main" };
  const all = { ...facts, Architectures: architecture };
  const options = Object.entries(all).flatMap(([key, value]) => ["-o", `APT::FTPArchive::Release::${key}=${value}`]);
  const release = await run(["apt-ftparchive", ...options, "release", join(draft, "dists", suite)]);
  await writeFile(join(draft, "dists", suite, "Release"), release);
}

async function dropOldRepositories(suite: Suite, folder: string): Promise<void> {
  for (const name of await readdir(servedDir))
    if (name.startsWith(`${suite}-`) && name !== basename(folder))
      await rm(join(servedDir, name), { recursive: true, force: true });
}
