import { createHash } from "node:crypto";
import {
  closeSync,
  existsSync,
  lstatSync,
  openSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  readSync,
  realpathSync,
  statSync,
} from "node:fs";
import { readFile } from "node:fs/promises";
import { homedir } from "node:os";
import { isAbsolute, join } from "node:path";
import { inputError } from "../../contract/error.js";
import type { Local, LocalEntry, LocalFile, LocalTarget, ReadVariables, VariablesFrom } from "../../contract/module.js";
import type { Scope } from "../../contract/play.js";
import { firstThere, type Site } from "../helpers/site.js";
import { Source } from "../source.js";
import { fetchUrl } from "./fetch-url.js";
import { hashOf, localTarget } from "./local-target.js";
import { includedVars, type VarsPlaces } from "./included-vars.js";
import { renderFile } from "../template.js";
import { VAULT_MARK } from "../vault/format.js";
import { type Keyring, NO_KEYS } from "../vault/keyring.js";

const MAX_BYTES = 100 * 1024 * 1024;

/** Files and templates of the role, else beside the playbook, else beside the file with the task. */
export class LocalFiles implements Local {
  readonly #folders: readonly string[];
  readonly #scope: Scope;
  readonly #vault: Keyring;
  readonly #places: VarsPlaces;

  constructor(folders: readonly string[], scope: Scope, vault: Keyring = NO_KEYS, places: VarsPlaces = { tasks: "." }) {
    this.#places = places;
    this.#folders = [...new Set(folders)];
    this.#scope = scope;
    this.#vault = vault;
  }

  file(src: string, decrypt = true): Promise<LocalFile> {
    return Promise.resolve().then(() => localFile(this.#find(src, "files"), decrypt ? this.#vault : undefined));
  }

  template(src: string): Promise<string> {
    return Promise.resolve().then(() => renderFile(this.#find(src, "templates"), this.#scope, this.#vault));
  }

  tree(src: string, follow: boolean, decrypt = true): Promise<readonly LocalEntry[]> {
    return Promise.resolve().then(() => {
      const root = this.#find(src, "files");
      if (!statSync(root).isDirectory()) throw inputError(`${root} is not a folder`);
      return walk({ root, follow, ...(decrypt && { vault: this.#vault }) }, "", [realpathSync(root)]);
    });
  }

  fetch(url: string, maxBytes: number): Promise<Buffer> {
    return fetchUrl(url, maxBytes);
  }

  target(path: (host: string) => string): Promise<LocalTarget> {
    return Promise.resolve().then(() => localTarget(this.#scope, path));
  }

  variables(from: VariablesFrom): Promise<ReadVariables> {
    return Promise.resolve().then(() => this.read(from));
  }

  read(from: VariablesFrom): ReadVariables {
    return includedVars(from, (name) => this.#find(name, "vars"), this.#places, this.#vault);
  }

  #find(src: string, kind: "files" | "templates" | "vars"): string {
    const path = src.replace(/^~(?=\/)/, homedir());
    const places = isAbsolute(path)
      ? [path]
      : this.#folders.flatMap((folder) => [join(folder, kind, path), join(folder, path)]);
    const { controller } = (this.#scope.site ?? {}) as Partial<Site>;
    const found = firstThere(places, controller);
    if (found !== undefined) return found;
    const what = { files: "file", templates: "template", vars: "file of variables" }[kind];
    throw inputError(`there is no ${what} "${src}"`, {
      remedy: `it is looked for at ${[...new Set(places)].join(", ")}`,
    });
  }
}

/** `vault`: absent when a vault stays one. */
function localFile(path: string, vault?: Keyring): LocalFile {
  const stat = statSync(path);
  if (vault !== undefined && stat.isFile() && beginsAsVault(path)) return openedFile(path, stat.mode & 0o7777, vault);
  let digest: Promise<string> | undefined;
  return {
    path,
    sizeBytes: stat.size,
    mode: stat.mode & 0o7777,
    isDirectory: stat.isDirectory(),
    bytes: () => {
      if (stat.size > MAX_BYTES) throw inputError(`${path} is too big to be held in memory (${stat.size} bytes)`);
      return readFile(path);
    },
    sha256: () => (digest ??= hashOf(path)),
  };
}

/** What is in a vault, held in memory only. */
function openedFile(path: string, mode: number, vault: Keyring): LocalFile {
  const source = new Source(path, readFileSync(path, "latin1"));
  const bytes = vault.open(source.text, (offset, cause, remedy) => source.error(source.place(offset), cause, remedy));
  vault.conceal(bytes.toString("utf8"));
  return {
    path,
    sizeBytes: bytes.length,
    mode,
    isDirectory: false,
    inMemory: true,
    bytes: () => Promise.resolve(bytes),
    sha256: () => Promise.resolve(createHash("sha256").update(bytes).digest("hex")),
  };
}

function beginsAsVault(path: string): boolean {
  const start = Buffer.alloc(VAULT_MARK.length);
  const file = openSync(path, "r");
  try {
    return readSync(file, start) === start.length && start.toString("latin1") === VAULT_MARK;
  } finally {
    closeSync(file);
  }
}

interface Walk {
  readonly root: string;
  /** Links are what they lead to. */
  readonly follow: boolean;
  readonly vault?: Keyring;
}

/** `above`: the folders that this one lies in, by their real paths: a link to one of them has no end. */
function walk(given: Walk, below: string, above: readonly string[]): readonly LocalEntry[] {
  return readdirSync(join(given.root, below))
    .sort()
    .flatMap((name) => entriesAt(given, join(below, name), above));
}

function entriesAt(given: Walk, relativePath: string, above: readonly string[]): readonly LocalEntry[] {
  const path = join(given.root, relativePath);
  const own = lstatSync(path);
  const end = own.isSymbolicLink() && given.follow ? (existsSync(path) ? statSync(path) : undefined) : own;
  const real = end?.isDirectory() === true ? realpathSync(path) : undefined;
  if (end === undefined || end.isSymbolicLink() || (real !== undefined && above.includes(real))) {
    return [{ relativePath, kind: "symlink", target: readlinkSync(path) }];
  }
  if (real !== undefined) return [{ relativePath, kind: "directory" }, ...walk(given, relativePath, [...above, real])];
  return end.isFile() ? [{ relativePath, kind: "file", file: localFile(path, given.vault) }] : [];
}
