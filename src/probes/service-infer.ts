import type { TouchCause } from "../contract/query.js";
import { entryAt } from "./file-stat.js";
import type { FileText } from "./file-text.js";
import type { ServiceState } from "./service.js";
import { fileNames } from "./unit-files.js";

/**
 * What is certain about a unit after a predicted change of something else: the same unit under another name, its file
 * written, systemd's files read again.
 */
export function inferService(unit: string, was: ServiceState | undefined, cause: TouchCause): ServiceState | undefined {
  if (was === undefined) return undefined;
  if (cause.kind === "disturbs") {
    // What has no file, and has got none, does not come by reading the files again, unless others make such units.
    const quiet = was.exists ? !was.needsReload : /\.(service|socket|timer|path|target)$/.test(unit);
    if (/\.d\/\.$/.test(cause.subject)) return afterDropIn(was);
    // Services that start make much in /run, but no units.
    return ["service:@manager", "file:/run/**"].includes(cause.subject) && quiet ? was : undefined;
  }
  if (cause.query?.probe.kind === "service") {
    const there = cause.value as ServiceState;
    return there.id === was.id ? there : undefined;
  }
  switch (cause.query?.probe.kind) {
    case "fileText":
      return afterWriting(unit, was, cause.value as FileText);
    case "fileHash":
      return was;
    // Whoever changes what is in a file names its text too; systemd does not mind who may read it.
    default:
      return entryAt(cause)?.entry?.type === "file" ? was : undefined;
  }
}

/** What is in a drop-in changes neither what runs nor the links, and only counts when systemd has read it. */
function afterDropIn(was: ServiceState): ServiceState | undefined {
  if (!was.exists) return was;
  const isPlain = was.active === "active" && /^(en|dis)abled$/.test(was.enabled);
  return isPlain ? { ...was, needsReload: true } : undefined;
}

function afterWriting(unit: string, was: ServiceState, file: FileText): ServiceState | undefined {
  if (file.kind !== "bytes") return undefined;
  const text = file.bytes.toString("utf8");
  if (was.exists)
    return was.active === "active" && keepsInstall(unit, was, file, text) ? { ...was, needsReload: true } : undefined;
  // Links left behind by an earlier unit would make it enabled at once.
  const isItsFile = fileNames(unit).some((name) => file.real.endsWith(`/systemd/system/${name}`));
  if (file.links.length > 0 || was.wanted || !isItsFile) return undefined;
  const enabled = enabledState(text);
  return enabled === undefined ? undefined : newUnit(unit, file.real, text, enabled);
}

/** Whether the unit is enabled or not stands in links, as long as the new text can be installed like the old one. */
function keepsInstall(unit: string, was: ServiceState, file: FileText, text: string): boolean {
  const isStronger = was.id === unit && file.real === `/etc/systemd/system/${unit}`;
  if (file.real !== was.files[0] && !isStronger) return was.files.includes(file.real);
  const state = enabledState(text);
  return state === "static" ? was.enabled === "static" : state !== undefined && /^(en|dis)abled$/.test(was.enabled);
}

function newUnit(unit: string, path: string, text: string, enabled: string): ServiceState {
  const trigger = triggered(unit, text);
  const neighbours = /^(?:Requires|Wants|BindsTo|Upholds|Conflicts)\s*=(.*)$/gm;
  const names = [...text.matchAll(neighbours)].flatMap((match) => (match[1] ?? "").split(/\s+/));
  return {
    id: unit,
    exists: true,
    masked: false,
    active: "inactive",
    failure: "",
    enabled,
    canReload: /^ExecReload\s*=\s*\S/m.test(text),
    transient: /^Type\s*=\s*oneshot/m.test(text) && !/^RemainAfterExit\s*=\s*(yes|true|on|1)/m.test(text),
    needsReload: false,
    wanted: false,
    files: [path],
    pulls: [...new Set([...names, ...trigger])].filter((name) => /\.(service|socket)$/.test(name)).sort(),
    drags: [],
  };
}

/** What a timer, a socket or a path starts. */
function triggered(unit: string, text: string): readonly string[] {
  if (!/\.(timer|socket|path)$/.test(unit) || /^Accept\s*=\s*(yes|true|on|1)/m.test(text)) return [];
  const named = /^(?:Unit|Service)\s*=\s*(\S+)/m.exec(text)?.[1];
  return [named ?? unit.replace(/\.[a-z]+$/, ".service")];
}

function enabledState(text: string): "static" | "disabled" | undefined {
  if (!/^\[Install\]/m.test(text)) return "static";
  return /^(WantedBy|RequiredBy)\s*=\s*\S/m.test(text) && !/^(Alias|Also|DefaultInstance)\s*=/m.test(text)
    ? "disabled"
    : undefined;
}
