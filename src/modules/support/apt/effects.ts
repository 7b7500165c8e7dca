import { becomes, brings, disturbs, type Effect } from "../../../contract/change.js";
import type { Subject } from "../../../contract/subject.js";
import { aptListsFresh, listsSubject, packagesSubject } from "../../../probes/apt.js";
import type { AptPlan } from "../../../probes/apt-plan.js";
import {
  bringsPackages,
  packageInstalled,
  packageSatisfied,
  packageState,
  packageSubjects,
} from "../../../probes/package.js";
import { packageVersion } from "../../../probes/package-version.js";
import { managerSubject } from "../../../probes/service.js";
import type { AptParams } from "./params.js";

/** What packages of Debian in general bring, start, make and write. */
const ANYTHING = ["file:*", "user:*", "group:*", "service:*"] as const;

/** What is beside the packages themselves no longer known after packages came or went. */
export function broughtEffects({ brings: declared }: AptParams): readonly Effect[] {
  const subjects = declared ?? ANYTHING;
  // Units of a package make systemd read its files again.
  const manager = subjects.some((subject) => subject.startsWith("service:")) ? [disturbs(managerSubject)] : [];
  return [...withFolders(subjects).map((subject) => brings(subject)), ...manager, disturbs(packagesSubject)];
}

/** What comes into a folder may bring the folder, and those above it. */
function withFolders(subjects: readonly Subject[]): readonly Subject[] {
  const folders = subjects.flatMap((subject): readonly Subject[] => {
    if (!subject.startsWith("file:/")) return [];
    const parts = subject.slice("file:/".length).split("/").slice(0, -1);
    return parts.map((_part, i): Subject => `file:/${parts.slice(0, i + 1).join("/")}`);
  });
  return [...new Set([...subjects, ...folders])];
}

/** The lists are new: how old they are is known, what is in them is not. */
export function updateEffects(maxAge: number): readonly Effect[] {
  return [...(maxAge > 0 ? [becomes(aptListsFresh(maxAge), true)] : []), disturbs(listsSubject)];
}

/** A package is there afterwards, perhaps in a known version. */
export function installedEffects(name: string, version: string | undefined): readonly Effect[] {
  const known = version === undefined ? [] : [becomes(packageVersion(name), version)];
  return [
    ...satisfiedEffects(name),
    becomes(packageState(name), "installed"),
    becomes(packageInstalled(name), true),
    ...known,
  ];
}

/** The name is there afterwards, itself or by a package that provides it. */
export function satisfiedEffects(name: string): readonly Effect[] {
  return [becomes(packageSatisfied(name), true)];
}

/**
 * What apt does besides what it was asked for. `exact`: the plan was made of the host as it will be then. Otherwise
 * it names the most that will happen. Without a plan any package
 * may come; that one goes because of a conflict is left out, since it would make every later verdict unknown.
 */
export function plannedEffects(plan: AptPlan | undefined, exact: boolean): readonly Effect[] {
  if (plan === undefined) return [disturbs(bringsPackages)];
  return [
    ...plan.installs.flatMap(({ name, version }) =>
      exact ? installedEffects(name, version) : [disturbs(added(name))],
    ),
    ...plan.removes.flatMap((name) => [
      ...packageSubjects(name).map((subject) => disturbs(subject)),
      ...(exact ? [becomes(packageInstalled(name), false)] : []),
    ]),
    ...plan.provides.flatMap((name) =>
      packageSubjects(name)
        .slice(0, 1)
        .map((subject) => disturbs(subject)),
    ),
  ];
}

/** An installation leaves alone what is installed already. */
function added(name: string): `package:${string}` {
  return `package:+${name.replace(/:.*/, "")}`;
}
