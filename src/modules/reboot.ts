import { readFile } from "node:fs/promises";
import * as z from "zod";
import { type Change, disturbs, type Effect } from "../contract/change.js";
import { hostError } from "../contract/error.js";
import { defineModule } from "../contract/module.js";
import type { Step } from "../contract/step.js";
import { bootId } from "../probes/boot-id.js";
import { laneUser } from "../probes/lane-user.js";
import { hostPath } from "./support/path.js";
import { decode } from "./run/output.js";
import { number, oneOrMore, text } from "./values.js";

const params = z.strictObject({
  msg: text().default("Reboot initiated by fettle").describe("What users who are logged in get to read."),
  pre_reboot_delay: number().default(0).describe("Seconds to wait before; users are told at their beginning."),
  post_reboot_delay: number()
    .default(0)
    .describe("Seconds from the reboot to the first look whether the host is back."),
  reboot_timeout: number(1)
    .default(600)
    .describe("Seconds after which a host that is not back, or whose test_command still fails, is given up."),
  test_command: text()
    .refine((command) => command.trim() !== "", { error: "is empty" })
    .default("true")
    .describe("A shell command that succeeds when the host is of use again: `systemctl is-active nginx`."),
  connect_timeout: number(1)
    .optional()
    .describe("Seconds that one try to log in may take. Absent: as for other logins."),
  reboot_command: text()
    .refine((command) => command.trim() !== "", { error: "is empty" })
    .optional()
    .describe("A shell command in place of `shutdown -r now` or `reboot`; then msg is not told."),
  search_paths: oneOrMore(hostPath())
    .default(["/sbin", "/bin", "/usr/sbin", "/usr/bin", "/usr/local/sbin"])
    .describe("Folders in which to look for the command, besides the user's own."),
});

type RebootParams = z.output<typeof params>;

export const reboot = defineModule<RebootParams, null>({
  name: "reboot",
  summary: "Start the host anew and wait until it is back",
  description: [
    "The host is back when somebody can log in who finds another boot id, and `test_command` succeeds. Later tasks and",
    "handlers see it as it is then. Other hosts go on meanwhile, unless `serial` or `strategy: linear` makes them wait.",
    "",
    "Unlike Ansible, delays are whole to the second, and `reboot_timeout` is for all of it. The machine that fettle runs on is",
    "not rebooted. Services that were started and not enabled are not there afterwards: a dry run takes all but",
    "/run, /tmp and settings of the kernel for as it was, and says so.",
  ].join("\n"),
  class: "action",
  params,
  returns: { rebooted: "true.", elapsed: "Seconds that it took; 0 in a dry run." },
  examples: [
    { name: "Now", yaml: "- name: the new kernel\n  reboot:" },
    {
      name: "When an upgrade asks for it, and not before the database is back",
      yaml: '- name: start anew\n  reboot:\n    msg: security updates\n    reboot_timeout: 300\n    test_command: systemctl is-active mariadb\n  when: facts.os_family === "Debian"',
    },
  ],
  observe: async (read, given) => {
    const [id, { user }, own] = await Promise.all([read(bootId(null)), read(laneUser(null)), ownBootId()]);
    if (id === null) throw hostError("the kernel has no boot id, so nobody could see that the host was started anew");
    if (id === own) {
      throw hostError("this is the machine that fettle runs on, and would end with it", {
        remedy: "reboot it by hand",
      });
    }
    if (user !== "root" && given.reboot_command === undefined) {
      throw hostError(`${user} may not reboot the host`, { remedy: "write become: true" });
    }
    return null;
  },
  diff: (_state, given) => [change(given)],
  result: (outputs) => {
    const last = outputs?.[0]?.at(-1);
    return { rebooted: true, elapsed: last === undefined ? 0 : Number(decode(last.stdout)) };
  },
});

/** undefined: it is no Linux, or a container that hides it. */
async function ownBootId(): Promise<string | undefined> {
  return readFile("/proc/sys/kernel/random/boot_id", "utf8").then(
    (id) => id.trim(),
    () => undefined,
  );
}

const REBOOT = `PATH=$PATH:$1
if command -v shutdown >/dev/null; then exec shutdown -r now "$2"; fi
exec reboot`;
const TELL = 'command -v wall >/dev/null && wall "$1"\n:';

/** What no boot leaves as it was. */
const LOST: readonly Effect[] = [
  ...(["/run", "/tmp", "/dev/shm"] as const).map((folder) => disturbs(`file:${folder}/**`)),
  disturbs("kernel:setting/*"),
  disturbs("system:boot"),
];

function change(given: RebootParams): Change {
  const { msg, pre_reboot_delay: delay, reboot_command: own, connect_timeout: connectTimeout } = given;
  const paths = given.search_paths.join(":");
  const wait: readonly Step[] = [
    { do: "exec", argv: ["sh", "-c", TELL, "reboot", `${msg} (in ${delay} s)`], silent: true },
    { do: "sleep", ms: delay * 1000 },
  ];
  return {
    summary: "reboot",
    effects: [...LOST, { kind: "opaque", why: "reboot" }],
    steps: [
      ...(delay > 0 ? wait : []),
      {
        do: "reboot",
        argv: ["sh", "-c", own === undefined ? REBOOT : `PATH=$PATH:$1\n${own}`, "reboot", paths, msg],
        test: ["sh", "-c", given.test_command],
        delayMs: given.post_reboot_delay * 1000,
        timeoutMs: given.reboot_timeout * 1000,
        ...(connectTimeout !== undefined && { connectTimeoutMs: connectTimeout * 1000 }),
      },
    ],
  };
}
