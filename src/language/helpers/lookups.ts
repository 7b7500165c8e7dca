import { spawnSync } from "node:child_process";
import { readFileSync, statSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { inputError } from "../../contract/error.js";
import { filesMatching, firstPlace } from "../controller-files.js";
import { sequence } from "../playbook/sequence.js";
import { Source } from "../source.js";
import { isVault } from "../vault/format.js";
import { checkOptions, isMapping, mappingOf, textOf } from "./helper.js";
import { password } from "./password.js";
import { type ScopeHelpers, siteOf } from "./scope-helper.js";
import { beforeLooking, findAt, type Site } from "./site.js";

export const LOOKUPS: ScopeHelpers = {
  env: {
    call: 'env("NAME", otherwise = "")',
    does: "A variable of the environment that fettle itself runs in.",
    bind:
      () =>
      (name: unknown, otherwise: unknown = "") =>
        process.env[textOf("env", name)] ?? otherwise,
  },
  file: {
    call: 'file("path", { lstrip, rstrip = true })',
    does:
      "The text of a file on the controller, without the blanks at its end; looked for in files/ of the role, then beside the " +
      "playbook. A vault is opened, and what is in it is never shown.",
    bind: (scope) => (path: unknown, options?: unknown) => textOfFile(siteOf("file", scope), path, options),
  },
  template: {
    call: 'template("path", { name: value })',
    does: "The text of a template on the controller, looked for in templates/; the mapping holds more variables for it.",
    bind:
      (scope) =>
      (path: unknown, more: unknown = {}) => {
        const site = siteOf("template", scope);
        return site.render(
          findAt(site, textOf("template", path), "templates"),
          scope.with(mappingOf("template", more)),
        );
      },
  },
  pipe: {
    call: 'pipe("command")',
    does:
      "What a shell command prints on the controller, run beside the playbook when the task's turn has come – in a plan, too: " +
      "it must only look.",
    bind: (scope) => (command: unknown) => run("pipe", siteOf("pipe", scope), command),
  },
  lines: {
    call: 'lines("command")',
    does: "The same as a list of lines.",
    bind: (scope) => (command: unknown) => {
      const text = run("lines", siteOf("lines", scope), command);
      return text === "" ? [] : text.split(/\r?\n/);
    },
  },
  password: {
    call: 'password("path", { length = 20, chars, encrypt, seed })',
    does:
      "The password in a file on the controller, which is made with a random one when it is missing (not by a plan). `chars`: " +
      "ascii_letters, digits, punctuation … or the characters themselves; `encrypt`: sha512 or sha256 gives the hash, and " +
      "keeps its salt in the file. It is never shown.",
    bind: (scope) => (path: unknown, options?: unknown) => password(scope, path, options),
  },
  firstFound: {
    call: 'firstFound(["a", "b"], { paths, skip })',
    does: "The path of the first of these files that is there; when none is an error, or null with `skip`.",
    ansible: "first_found",
    bind: (scope) => (files: unknown, options?: unknown) => firstFound(siteOf("firstFound", scope), files, options),
  },
  fileglob: {
    call: 'fileglob("*.conf")',
    does: "The paths of the files that match, sorted.",
    bind: (scope) => (pattern: unknown) => {
      const site = siteOf("fileglob", scope);
      beforeLooking(site);
      const look = (): readonly string[] => filesMatching(textOf("fileglob", pattern), foldersOf(site));
      for (const folder of foldersOf(site))
        site.controller?.coming(dirname(resolve(folder, textOf("fileglob", pattern))));
      const paths = look();
      site.controller?.saw(() => look().join("\n") === paths.join("\n"));
      return paths;
    },
  },
  inventoryHostnames: {
    call: 'inventoryHostnames("web:!web3")',
    does: "The hosts of a pattern.",
    ansible: "inventory_hostnames",
    bind: (scope) => (pattern: unknown) =>
      siteOf("inventoryHostnames", scope).select(textOf("inventoryHostnames", pattern)),
  },
  sequence: {
    call: 'sequence("start=1 end=5 format=web%02d")',
    does: "A list of texts, as of `with_sequence`; a mapping is taken as well.",
    bind: () => (given: unknown) =>
      sequence(
        isMapping(given)
          ? Object.entries(given)
              .map(([key, value]) => `${key}=${textOf("sequence", value)}`)
              .join(" ")
          : textOf("sequence", given),
      ),
  },
};

const MAX_BYTES = 4 * 1024 * 1024;

function textOfFile(site: Site, path: unknown, options: unknown): string {
  const { lstrip = false, rstrip = true } = checkOptions("file", options, ["lstrip", "rstrip"]);
  const found = findAt(site, textOf("file", path), "files");
  const { size } = statSync(found);
  if (size > MAX_BYTES) throw inputError(`file: ${found} is too big for a variable (${size} bytes)`);
  const plain = opened(site, found, readFileSync(found));
  const text = lstrip === true ? plain.trimStart() : plain;
  return rstrip === false ? text : text.trimEnd();
}

/** What is in a vault is secret as it stands, and without the blanks around it. */
function opened(site: Site, path: string, bytes: Buffer): string {
  const text = bytes.toString("utf8");
  if (!isVault(text)) return text;
  const source = new Source(path, text);
  const plain = site.vault
    .open(text, (offset, cause, remedy) => source.error(source.place(offset), cause, remedy))
    .toString("utf8");
  site.vault.conceal(plain.trim());
  return site.vault.conceal(plain);
}

const PIPE_TIMEOUT_MS = 60_000;

function run(of: string, site: Site, command: unknown): string {
  const text = textOf(of, command);
  site.controller?.turn();
  const { status, signal, error, stdout, stderr } = spawnSync("/bin/sh", ["-c", text], {
    cwd: site.folder,
    encoding: "utf8",
    maxBuffer: MAX_BYTES,
    timeout: PIPE_TIMEOUT_MS,
    stdio: ["ignore", "pipe", "pipe"],
  });
  if (status === 0) return stdout.trimEnd();
  const ended = error?.message ?? (signal === null ? `it ended with ${status ?? 0}` : `it was ended by ${signal}`);
  const said = stderr.trim().split("\n").at(-1) ?? "";
  throw inputError(`${of}: \`${text}\` failed: ${ended}${said === "" ? "" : `: ${said}`}`);
}

function foldersOf({ folders }: Site): readonly string[] {
  return folders.flatMap((folder) => ["files", "templates", "vars", "."].map((kind) => `${folder}/${kind}`));
}

function firstFound(site: Site, files: unknown, options: unknown): string | null {
  const [given, more] = isMapping(files) ? [files["files"], files] : [files, options];
  const { paths = [], skip = false } = checkOptions("firstFound", more, ["files", "paths", "skip"]);
  const names = (Array.isArray(given) ? given : [given]).map((name: unknown) => textOf("firstFound", name));
  const below = (Array.isArray(paths) ? paths : [paths]).map((path: unknown) => textOf("firstFound", path));
  beforeLooking(site);
  const look = (): string | undefined => firstPlace(names, below, foldersOf(site));
  const found = look();
  site.controller?.saw(() => look() === found);
  if (found !== undefined) return found;
  const places = below.length === 0 ? [""] : below;
  const folders = foldersOf(site).flatMap((folder) => places.map((place) => resolve(folder, place)));
  for (const name of names) for (const folder of folders) site.controller?.coming(resolve(folder, name));
  if (skip === true) return null;
  throw inputError(`firstFound: none of the files is there: ${names.join(", ")}`, {
    remedy: "add { skip: true } for null",
  });
}
