import { defineProbe, ProbeFailure } from "../contract/query.js";
import type { Subject } from "../contract/subject.js";
import { inferService } from "./service-infer.js";
import { calls, quote } from "./shell.js";
import { dropInFolders, fileNames } from "./unit-files.js";

/** A unit of systemd, as it runs and as it is set up. */
export interface ServiceState {
  /** The unit's own name with its type, `ssh.service` for `sshd`. */
  readonly id: string;
  /** There is such a unit. Everything below says little when there is none. */
  readonly exists: boolean;
  readonly masked: boolean;
  /** systemd's word: active, inactive, failed, activating, deactivating, reloading …, or `auto-restart` (see there). */
  readonly active: string;
  /** How it failed, in systemd's words, when it has: `exit-code, status 1`. Else empty. */
  readonly failure: string;
  /** systemd's word: enabled, disabled, static, indirect, enabled-runtime, masked … Empty without a unit. */
  readonly enabled: string;
  readonly canReload: boolean;
  /** A oneshot that does not stay active once it is done. */
  readonly transient: boolean;
  /**
   * systemd has read the unit's files, and they have changed since. It does not see by itself that a new folder of
   * drop-ins or a stronger file has come.
   */
  readonly needsReload: boolean;
  /** Links that want it are there, also without the unit itself. */
  readonly wanted: boolean;
  /** The unit's files, where it has any. */
  readonly files: readonly string[];
  /** Services and sockets that a start may start or stop too, and those that a stop may stop or a restart restart. */
  readonly pulls: readonly string[];
  readonly drags: readonly string[];
}

const PULLS = ["Requires", "Wants", "BindsTo", "Upholds", "Conflicts", "Triggers"] as const;
const DRAGS = ["RequiredBy", "BoundBy", "ConsistsOf", "Conflicts"] as const;
const PROPERTIES = [
  ...["Id", "LoadState", "ActiveState", "UnitFileState", "CanReload", "Type", "RemainAfterExit", "NeedDaemonReload"],
  ...["FragmentPath", "DropInPaths", "SubState", "Result", "ExecMainStatus"],
  ...new Set([...PULLS, ...DRAGS]),
].join(",");

/** The folders that systemd reads units from, the strongest first. */
export const unitFolders = [
  "/etc/systemd/system",
  "/run/systemd/system",
  "/usr/local/lib/systemd/system",
  "/usr/lib/systemd/system",
  "/lib/systemd/system",
] as const;

/** Every daemon-reload disturbs it. */
export const managerSubject: Subject = "service:@manager";

/** `nginx` is short for `nginx.service`; `apt.timer` is itself. */
export function unitName(name: string): string {
  return /\.(service|socket|target|timer|path|mount|automount|swap|slice|scope|device)$/.test(name)
    ? name
    : `${name}.service`;
}

export function serviceSubjects(name: string): readonly Subject[] {
  const bare = unitName(name).replace(/\.service$/, "");
  return [`service:${bare}`, `service:${bare}/active`, `service:${bare}/enabled`, `service:${bare}/unit`];
}

export const service = defineProbe<string, ServiceState>({
  kind: "service",
  identify: unitName,
  subjects: (name) => [
    ...serviceSubjects(name),
    managerSubject,
    ...fileNames(unitName(name)).flatMap((file) => unitFolders.map((folder): Subject => `file:${folder}/${file}`)),
    ...dropInFolders(unitName(name)).map((folder): Subject => `file:/etc/systemd/system/${folder}/.`),
    // A script of System V becomes a unit when systemd reads its files again.
    `file:/etc/init.d/${unitName(name).replace(/\.service$/, "")}`,
  ],
  resolved: (name, state) => [
    ...(state.id === unitName(name) ? [] : serviceSubjects(state.id)),
    ...state.files.map((path): Subject => `file:${path}`),
  ],
  // Who starts or enables a unit does not write its files.
  own: (name) => [...serviceSubjects(name), managerSubject],
  changed: (name, state) => [
    ...serviceSubjects(name),
    ...(state.id === unitName(name) ? [] : serviceSubjects(state.id)),
  ],
  script: (names) => ({
    text: `[ -d /run/systemd/system ] || { echo none; exit 0; }
d() { s=; for p do for f in /etc/systemd/system/"$p"/*.conf; do [ ! -s "$f" ] || s=$s/\${f##*/}; done; done; printf '%s\\n' "$s"; }
g() { systemctl show --property=${PROPERTIES} -- "$@" || exit 1; echo; }
w() { for u do b=\${u%.service} m=
[ ! -f "/etc/systemd/system/$u" ] || [ -L "/etc/systemd/system/$u" ] || m=e
for l in /etc/systemd/system/*.wants/"$u" /etc/systemd/system/*.requires/"$u"; do [ ! -L "$l" ] || m=\${m}w; done
for l in /etc/rc[2345S].d/S[0-9][0-9]"$b"; do [ ! -e "$l" ] || m=\${m}s; done
echo "$m"; done; }
${calls("w", names.map(unitName))}${names.map((name) => `d ${dropInFolders(unitName(name)).join(" ")}\n`).join("")}${calls("g", names.map(unitName))}:`,
  }),
  parse: (output, names) => {
    const text = output.toString();
    if (text === "none\n") return names.map(() => new ProbeFailure("systemd does not run on this host"));
    const lines = text.split("\n");
    const marks = lines.slice(0, names.length);
    const dropIns = lines.slice(names.length, 2 * names.length).map((line) => line.split("/").slice(1));
    const blocks = lines
      .slice(2 * names.length)
      .join("\n")
      .trim()
      .split(/\n\n+/);
    if (blocks.length !== names.length) throw new ProbeFailure(`systemctl told of ${blocks.length} units`);
    return names.map((_name, i) => readUnit(blocks[i] ?? "", marks[i] ?? "", dropIns[i] ?? []));
  },
  infer: (name, was, cause) => inferService(unitName(name), was, cause),
});

/** `mark`: `e` it has a file of its own in /etc, `w` links want it, `s` so do links of System V. */
function readUnit(block: string, mark: string, dropIns: readonly string[]): ServiceState | ProbeFailure {
  const properties = new Map(
    block.split("\n").map((line) => [line.slice(0, line.indexOf("=")), line.slice(line.indexOf("=") + 1)] as const),
  );
  const get = (name: string): string => properties.get(name) ?? "";
  const words = (name: string): string[] => get(name).split(" ").filter(Boolean);
  const neighbours = (names: readonly string[]): string[] =>
    [...new Set(names.flatMap(words))].filter((unit) => /\.(service|socket)$/.test(unit)).sort();
  const id = get("Id");
  if (id === "") return new ProbeFailure(`unexpected answer of systemctl ${quote(block.slice(0, 80))}`);
  const enabled = get("UnitFileState");
  const [fragment, taken] = [get("FragmentPath"), words("DropInPaths").map(fileName)];
  const isStronger = mark.startsWith("e") && get("LoadState") === "loaded" && fileName(fragment) === id;
  return {
    id,
    exists: get("LoadState") !== "not-found",
    masked: get("LoadState") === "masked",
    ...activity(get),
    // A script of System V has its own links, and systemctl does not say.
    enabled: enabled === "generated" ? (mark.endsWith("s") ? "enabled" : "disabled") : enabled,
    canReload: get("CanReload") === "yes",
    transient: get("Type") === "oneshot" && get("RemainAfterExit") !== "yes",
    needsReload:
      get("NeedDaemonReload") === "yes" ||
      (isStronger && fragment !== `/etc/systemd/system/${id}`) ||
      (get("LoadState") === "loaded" && dropIns.some((name) => !taken.includes(name))),
    wanted: /[ws]/.test(mark),
    files: [fragment, ...words("DropInPaths")].filter((path) => path !== ""),
    pulls: neighbours(PULLS),
    drags: neighbours(DRAGS),
  };
}

/**
 * systemd calls a unit "activating" that has died and waits to be started again. One that ends well every time
 * (Restart=always) is at work; the others are not.
 */
function activity(get: (name: string) => string): Pick<ServiceState, "active" | "failure"> {
  const [active, result, status] = [get("ActiveState"), get("Result"), get("ExecMainStatus")];
  const waits = get("SubState").startsWith("auto-restart") && result !== "success";
  if (!waits && active !== "failed") return { active, failure: "" };
  return { active: waits ? "auto-restart" : active, failure: `${result}${status === "" ? "" : `, status ${status}`}` };
}

function fileName(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}
