import type { TouchCause } from "../contract/query.js";
import { entryAt } from "./file-stat.js";
import type { FileText } from "./file-text.js";
import type { ServiceState } from "./service.js";

/**
 * What is certain about a unit after a predicted change of something else: the same unit under another name, its file
 * written, systemd's files read again.
 */
export function inferService(unit: string, was: ServiceState | undefined, cause: TouchCause): ServiceState | undefined {
  if (was === undefined) return undefined;
  if (cause.kind === "disturbs") {
    // What has no file, and has got none, does not come by reading the files again.
    const quiet = was.exists ? !was.needsReload : unit.endsWith(".service");
    return cause.subject === "service:@manager" && quiet ? was : undefined;
  }
  if (cause.query?.probe.kind === "service") {
    const there = cause.value as ServiceState;
    return there.id === was.id ? there : undefined;
  }
  if (cause.query?.probe.kind === "fileText") return afterWriting(unit, was, cause.value as FileText);
  // Whoever changes what is in a file names its text too; systemd does not mind who may read it.
  return entryAt(cause)?.entry?.type === "file" ? was : undefined;
}

function afterWriting(unit: string, was: ServiceState, file: FileText): ServiceState | undefined {
  if (file.kind !== "bytes") return undefined;
  const text = file.bytes.toString("utf8");
  if (was.exists)
    return was.active === "active" && keepsInstall(was, file, text) ? { ...was, needsReload: true } : undefined;
  // Links left behind by an earlier unit would make it enabled at once.
  if (file.links.length > 0 || was.wanted || !file.real.endsWith(`/systemd/system/${unit}`)) return undefined;
  const enabled = enabledState(text);
  return enabled === undefined ? undefined : newUnit(unit, file.real, text, enabled);
}

/** Whether the unit is enabled or not stands in links, as long as the new text can be installed like the old one. */
function keepsInstall(was: ServiceState, file: FileText, text: string): boolean {
  if (file.real !== was.files[0]) return was.files.includes(file.real);
  const state = enabledState(text);
  return state === "static" ? was.enabled === "static" : state !== undefined && /^(en|dis)abled$/.test(was.enabled);
}

function newUnit(unit: string, path: string, text: string, enabled: string): ServiceState {
  const neighbours = /^(?:Requires|Wants|BindsTo|Upholds|Conflicts)\s*=(.*)$/gm;
  const names = [...text.matchAll(neighbours)].flatMap((match) => (match[1] ?? "").split(/\s+/));
  return {
    id: unit,
    exists: true,
    masked: false,
    active: "inactive",
    enabled,
    canReload: /^ExecReload\s*=\s*\S/m.test(text),
    transient: /^Type\s*=\s*oneshot/m.test(text) && !/^RemainAfterExit\s*=\s*(yes|true|on|1)/m.test(text),
    needsReload: false,
    wanted: false,
    files: [path],
    pulls: [...new Set(names)].filter((name) => /\.(service|socket)$/.test(name)).sort(),
    drags: [],
  };
}

function enabledState(text: string): "static" | "disabled" | undefined {
  if (!/^\[Install\]/m.test(text)) return "static";
  return /^(WantedBy|RequiredBy)\s*=\s*\S/m.test(text) && !/^(Alias|Also|DefaultInstance)\s*=/m.test(text)
    ? "disabled"
    : undefined;
}
