import { becomes, disturbs, type Effect } from "../../../contract/change.js";
import type { Subject } from "../../../contract/subject.js";
import { managerSubject, service, serviceSubjects, type ServiceState, unitName } from "../../../probes/service.js";

/** Where services keep what they make when they start: a later task that looks there must look again. */
const MADE: readonly Subject[] = ["file:/run/**", "file:/var/lib/**", "file:/var/cache/**", "file:/var/log/**"];

const TARGETS = ["multi-user", "default", "graphical", "basic", "sysinit", "network-online", "sockets", "timers"];

/** Afterwards the unit is so; undefined: nobody knows. */
export function unitEffect(name: string, after: ServiceState | undefined): readonly Effect[] {
  if (after !== undefined) return [becomes(service(name), after)];
  return serviceSubjects(name)
    .slice(0, 1)
    .map((subject) => disturbs(subject));
}

/** What starting, stopping or restarting does besides. */
export function runEffects(unit: ServiceState | null, verb: string): readonly Effect[] {
  // Which other units it pulls in is not known either.
  if (unit === null) return [disturbs("service:*"), ...MADE.map((subject) => disturbs(subject))];
  if (verb === "reload") return [];
  const others = verb === "start" ? unit.pulls : verb === "stop" ? unit.drags : [...unit.pulls, ...unit.drags];
  return [
    ...[...new Set(others)].flatMap((other) => unitEffect(other, undefined)),
    ...MADE.map((subject) => disturbs(subject)),
  ];
}

/** Links that come or go, and their folders, which may not be there yet; systemd reads its files again by itself. */
export function linkEffects(id: string): readonly Effect[] {
  const links = TARGETS.flatMap((target): readonly Subject[] => {
    const folder: Subject = `file:/etc/systemd/system/${target}.target.wants`;
    return [folder, `${folder}/${unitName(id)}`];
  });
  return [disturbs(managerSubject), ...links.map((link) => disturbs(link))];
}

export function maskEffects(name: string): readonly Effect[] {
  return [disturbs(managerSubject), disturbs(`file:/etc/systemd/system/${unitName(name)}`)];
}

/** A unit that may be started, stopped or set up, nobody knows. Without a name: systemd reads its files again. */
export function unitMayTouch(name: string | undefined): readonly Effect[] {
  const made = MADE.map((subject) => disturbs(subject));
  const own =
    name === undefined
      ? []
      : [...serviceSubjects(name).map((subject) => disturbs(subject)), ...linkEffects(name), ...maskEffects(name)];
  return [disturbs(managerSubject), ...own, ...made];
}
