import { hostError } from "../../../contract/error.js";
import type { Local } from "../../../contract/module.js";
import type { Read } from "../../../contract/query.js";
import { program } from "../../../probes/program.js";
import { fileText } from "../../../probes/file-text.js";
import { type Absent, observeAbsent } from "../file/absent.js";
import { tryingSource } from "../apt/get.js";
import { type Delivery, observeDelivery } from "../deliver.js";
import { fileParams } from "../file/params.js";
import { textContent } from "../content.js";
import { deb822 } from "./deb822.js";
import { readKeyring } from "./openpgp.js";
import { type KeySource, keySourceOf, type SourceParams } from "./source-params.js";

/** A repository as both modules mean it. */
export interface Repository {
  /** Of its files, without what follows the dot. */
  readonly name: string;
  readonly state: "present" | "absent";
  readonly mode: string;
  readonly update_cache: boolean;
  readonly source: SourceParams;
}

export type RepositoryState =
  | { readonly kind: "present"; readonly source: Delivery; readonly key: Delivery | undefined; readonly text: string }
  | { readonly kind: "absent"; readonly files: readonly (Absent & { readonly path: string })[] };

/** No key that a repository is signed by is longer. */
const maxKeyBytes = 1024 * 1024;

export const sourcePath = (name: string): string => `/etc/apt/sources.list.d/${name}.sources`;
export const keyPath = (name: string): string => `/etc/apt/keyrings/${name}.gpg`;

export async function observeRepository(read: Read, given: Repository, local: Local): Promise<RepositoryState> {
  const paths = [sourcePath(given.name), keyPath(given.name)];
  if (given.state === "absent") {
    const files = await Promise.all(
      paths.map(async (path) => ({ path, ...(await observeAbsent(read, absent(path))) })),
    );
    return { kind: "absent", files };
  }
  const { source, name } = given;
  const found = keySourceOf(source.signed_by);
  const from = found !== undefined && "kind" in found ? found : undefined;
  const bytes = await bringKey(read, given, from, local);
  const text = deb822(source, bytes === undefined ? from?.value : keyPath(name));
  const checked = given.update_cache && source.enabled;
  const [apt, key, delivery] = await Promise.all([
    read(program("apt-get")),
    bytes === undefined ? undefined : deliverKey(read, name, bytes),
    observeDelivery(read, sourcePath(name), undefined, textContent(text), {
      ...usual,
      attributes: { ...root, mode: given.mode },
      ...(checked && { validate: tryingSource(sourcePath(name), source) }),
    }),
  ]);
  if (apt === null) throw hostError("this host has no apt-get");
  return { kind: "present", source: delivery, key, text };
}

const root = { owner: "root", group: "root" } as const;
const usual = { follow: false, backup: false, force: true } as const;

export function absent(path: string) {
  return fileParams.parse({ path, state: "absent" });
}

function deliverKey(read: Read, name: string, bytes: Buffer): Promise<Delivery> {
  const content = { kind: "bytes", bytes, sizeBytes: bytes.length } as const;
  return observeDelivery(read, keyPath(name), undefined, content, { ...usual, attributes: { ...root, mode: "0644" } });
}

/** The keyring; undefined when nothing is to be brought. */
async function bringKey(
  read: Read,
  { name, source }: Repository,
  from: KeySource | undefined,
  local: Local,
): Promise<Buffer | undefined> {
  if (from === undefined || from.kind === "there") return undefined;
  const wanted = source.fingerprints ?? [];
  try {
    if (from.kind === "url") return await fetched(read, name, from.value, wanted, local);
    return accepted(Buffer.from(from.value), wanted, "signed_by");
  } catch (error) {
    throw error instanceof KeyRefused ? error.cause : error;
  }
}

/** What cannot be fetched today is as good as what is there, when that has been accepted already. */
async function fetched(
  read: Read,
  name: string,
  url: string,
  wanted: readonly string[],
  local: Local,
): Promise<Buffer> {
  try {
    return accepted(await local.fetch(url, maxKeyBytes), wanted, url);
  } catch (error) {
    if (error instanceof KeyRefused) throw error;
    const text = await read.maybe(fileText(keyPath(name)));
    const old = "kind" in text && text.kind === "bytes" ? readKeyring(text.bytes) : undefined;
    if (old !== undefined && "bytes" in old && isAccepted(old.fingerprints, wanted)) return old.bytes;
    throw error;
  }
}

/** A key came, and it is not one that was asked for: nothing makes up for that. */
class KeyRefused extends Error {}

function accepted(input: Buffer, wanted: readonly string[], where: string): Buffer {
  const keys = readKeyring(input);
  if ("problem" in keys) throw new KeyRefused("", { cause: hostError(`the key of ${where} ${keys.problem}`) });
  const { fingerprints, bytes } = keys;
  if (isAccepted(fingerprints, wanted)) return bytes;
  const odd = fingerprints.filter((one) => !wanted.includes(one));
  throw new KeyRefused("", {
    cause: hostError(`the key of ${where} has the fingerprint ${odd.join(", ")}, which is not among fingerprints`, {
      remedy: "add it only after you have asked the repository's owner for it in another way",
    }),
  });
}

function isAccepted(fingerprints: readonly string[], wanted: readonly string[]): boolean {
  return fingerprints.length > 0 && fingerprints.every((one) => wanted.includes(one));
}
