import * as z from "zod";
import { becomes, type Change, disturbs, type Effect } from "../contract/change.js";
import { hostError } from "../contract/error.js";
import { defineModule } from "../contract/module.js";
import { type Read, Unknown } from "../contract/query.js";
import { fileStat } from "../probes/file-stat.js";
import { kernelValue, kernelWritable, settingSubject, settingValue } from "../probes/kernel-setting.js";
import { missingTool } from "./support/accounts/tools.js";
import { type Edit, editChanges, observeEdit } from "./support/edit/edit.js";
import { onlyOne } from "./support/edit/names.js";
import { settingsIn, withoutSetting, withSetting } from "./support/kernel/lines.js";
import { isSettingName, settingPath } from "./support/kernel/name.js";
import { pathMayTouch } from "./support/path-may-touch.js";
import { hostPath } from "./support/path.js";
import { flag, text } from "./values.js";

const USUAL = "/etc/sysctl.conf";
const OTHER = "/etc/sysctl.d/99-fettle.conf";

const settingName = () => text().refine(isSettingName, { error: "is no name of a setting, as net.ipv4.ip_forward is" });
const wantedValue = () =>
  z
    .union([text(), z.boolean().transform(String)], { error: "must be text, a number, true or false" })
    .transform(asNumber)
    .refine((value) => value !== "" && !/[\n\r\0]/.test(value), { error: "must be one line with something in it" });

const params = z
  .strictObject({
    name: settingName().optional().describe("The setting: `net.ipv4.ip_forward`. Dots in its parts are written as /."),
    key: settingName().optional().describe("The same as name."),
    value: wantedValue().optional().describe("What it shall be. yes, true and on are 1, no, false and off are 0."),
    val: wantedValue().optional().describe("The same as value."),
    state: z
      .enum(["present", "absent"], { error: "must be present or absent" })
      .default("present")
      .describe("Whether the file says it. With `absent` the kernel keeps the value that it has."),
    sysctl_file: hostPath()
      .optional()
      .describe(`The file. Absent: ${USUAL} where that is there, as in Ansible, otherwise ${OTHER}.`),
    sysctl_set: flag().default(false).describe("Look at the kernel's value too, and set it when it is another one."),
    reload: flag()
      .default(true)
      .describe("Let the kernel have the whole file (`sysctl -p`) when the file has changed."),
    ignoreerrors: flag().default(false).describe("Settings that the kernel does not have are no failure."),
  })
  .transform(({ name, key, value, val, ...rest }, issues) => ({
    ...rest,
    name: onlyOne(issues, { name, key }, true) ?? "",
    value: onlyOne(issues, { value, val }, rest.state === "present") ?? "",
  }));

type SysctlParams = z.output<typeof params>;

interface SysctlState {
  readonly file: Edit;
  /** The whole new text of the file. */
  readonly text: string;
  /** What the kernel has; only where that is asked for. */
  readonly now: string | null;
  /** null: the kernel has no such setting. */
  readonly writable: boolean | null;
  readonly missing: string | undefined;
}

export const sysctl = defineModule<SysctlParams, SysctlState>({
  name: "sysctl",
  summary: "Make a setting of the kernel have a value, now and after a boot",
  description: [
    "The line is changed where it stands. Without `sysctl_set` only the file is looked at, as in Ansible.",
    "",
    "Debian 13 has no /etc/sysctl.conf any more, and nothing reads it at boot: there the file is another one when none is",
    "named. In containers most settings are the machine's and cannot be set; the plan says so already.",
  ].join("\n"),
  class: "state",
  params,
  waves: 4,
  returns: { name: "The setting.", value: "As given.", state: "As given.", sysctl_file: "The file." },
  examples: [
    {
      name: "Addresses that are not there (yet)",
      yaml: '- name: bind to an address of the other load balancer\n  sysctl:\n    name: net.ipv4.ip_nonlocal_bind\n    value: "1"\n    sysctl_set: true\n    sysctl_file: /etc/sysctl.d/60-vip.conf',
    },
    {
      name: "Several numbers",
      yaml: "- name: ports for connections that go out\n  sysctl:\n    name: net.ipv4.ip_local_port_range\n    value: 15000 60999\n    sysctl_set: true",
    },
    { name: "Gone", yaml: "- name: as the kernel has it\n  sysctl:\n    name: vm.swappiness\n    state: absent" },
  ],
  observe,
  diff,
  mayTouch: ({ name, sysctl_file }) => [
    ...pathMayTouch(sysctl_file ?? USUAL),
    ...(sysctl_file === undefined ? pathMayTouch(OTHER) : []),
    disturbs(settingSubject(settingPath(name))),
  ],
  result: (_outputs, { name, value, state }, { file }) => ({ name, value, state, sysctl_file: file.path }),
});

async function observe(read: Read, given: SysctlParams): Promise<SysctlState> {
  const { name, value, state } = given;
  let text = "";
  const edited = (old: string): string =>
    (text = state === "absent" ? withoutSetting(old, name) : withSetting(old, name, value));
  const [file, now, writable, missing] = await Promise.all([
    fileOf(read, given).then((path) =>
      observeEdit(read, path, (codec) => ({ text: edited(codec.text), result: {} }), {
        attributes: {},
        backup: false,
        missing: state === "absent" ? "ignore" : "create",
      }),
    ),
    given.sysctl_set && state === "present" ? read.maybe(kernelValue(settingPath(name))) : null,
    state === "present" ? read(kernelWritable(settingPath(name))) : null,
    missingTool(read, ["sysctl"]),
  ]);
  // Where the file is loaded anew it does not matter.
  if (now instanceof Unknown && !isReloaded(file, given)) await read(kernelValue(settingPath(name)));
  return { file, text, now: now instanceof Unknown ? null : now, writable, missing };
}

async function fileOf(read: Read, { sysctl_file }: SysctlParams): Promise<string> {
  if (sysctl_file !== undefined) return sysctl_file;
  return (await read(fileStat(USUAL))).entry === null ? OTHER : USUAL;
}

function isReloaded(file: Edit, { reload }: SysctlParams): boolean {
  return reload && editChanges(file).length > 0;
}

function diff(state: SysctlState, given: SysctlParams): readonly Change[] {
  const { file, now, writable } = state;
  const reloads = isReloaded(file, given);
  // What the reload brings need not be set again.
  const isRight = now === settingValue(given.value) || (writable === null && given.ignoreerrors);
  const sets = given.sysctl_set && !reloads && given.state === "present" && !isRight;
  if ((reloads && given.state === "present") || sets) requireSettable(writable, given);
  if (reloads && state.missing !== undefined) {
    throw hostError("this user finds no program sysctl", {
      remedy:
        "set become: true, install the package procps in an earlier task, or write reload: false and sysctl_set: true",
    });
  }
  return [
    ...editChanges(file),
    ...(reloads ? [reloadChange(state, given)] : []),
    ...(sets ? [setChange(now, given)] : []),
  ];
}

function requireSettable(writable: boolean | null, { name, ignoreerrors }: SysctlParams): void {
  if (writable === true || (writable === null && ignoreerrors)) return;
  if (writable === null) {
    throw hostError(`the kernel has no setting ${name}`, {
      remedy: "load the module that brings it in an earlier task, or write ignoreerrors: true",
    });
  }
  throw hostError(`${name} cannot be set here`, {
    remedy: "set become: true; in a container set it on the machine itself, or write reload: false for the file alone",
  });
}

/** The other lines of the file reach the kernel too. */
function reloadChange({ file: { path }, text }: SysctlState, { ignoreerrors }: SysctlParams): Change {
  const settings = [...settingsIn(text)];
  return {
    summary: `let the kernel have ${path}`,
    effects: settings.map(([setting, value]) => loaded(setting, value, ignoreerrors)),
    steps: [{ do: "exec", argv: ["sysctl", ...(ignoreerrors ? ["-e"] : []), "-p", path] }],
  };
}

/** A line for several settings, or for one that may not be there, is known to do something and no more. */
function loaded(setting: string, value: string, isUnsure: boolean): Effect {
  const [before = "", ...more] = setting.split(/[*?[]/);
  if (more.length > 0) return disturbs(settingSubject(`${before}*`));
  return isUnsure ? disturbs(settingSubject(setting)) : becomes(kernelValue(setting), value);
}

function setChange(now: string | null, { name, value }: SysctlParams): Change {
  const script = 'printf "%s\\n" "$1" >"/proc/sys/$2"';
  return {
    summary: `set ${name} to ${value}`,
    title: name,
    before: { value: now },
    after: { value },
    effects: [becomes(kernelValue(settingPath(name)), settingValue(value))],
    steps: [{ do: "exec", argv: ["sh", "-c", script, "sysctl", value, settingPath(name)] }],
  };
}

/** Ansible's words for yes and no. */
function asNumber(value: string): string {
  if (/^(yes|y|on|true|t)$/i.test(value.trim())) return "1";
  return /^(no|n|off|false|f)$/i.test(value.trim()) ? "0" : value.trim();
}
