import * as z from "zod";
import { becomes, type Change } from "../contract/change.js";
import { hostError } from "../contract/error.js";
import { defineModule } from "../contract/module.js";
import type { Read } from "../contract/query.js";
import { type HaproxyServer, haproxyServers, type HaproxyStatus, haproxyStatus } from "../probes/haproxy.js";
import { arrived, setStep, waitStep, type Goal } from "./support/haproxy/steps.js";
import { flag, number, text } from "./values.js";

const name = () => text().refine((given) => /^[A-Za-z0-9_.:-]+$/.test(given), { error: "is no name of haproxy's" });

const params = z
  .strictObject({
    state: z
      .enum(["enabled", "disabled", "drain"], { error: "must be one of enabled, disabled, drain" })
      .describe(
        "`enabled`: it gets requests when its health is good. `drain`: no new ones. `disabled`: none, not checked.",
      ),
    host: name().describe("The server's name in the backend."),
    backend: name().optional().describe("The backend. Absent: every one that has such a server."),
    socket: text()
      .refine((path) => /^\/[A-Za-z0-9_./-]+$/.test(path), {
        error: "must be an absolute path of letters, digits, . _ and -",
      })
      .default("/run/haproxy/admin.sock")
      .describe("haproxy's admin socket, of level admin."),
    weight: text()
      .refine((given) => /^(\d{1,3}%?)$/.test(given) && Number(given.replace("%", "")) <= 256, {
        error: "must be a number up to 256, or per cent of what the configuration says; write 10 or 50%",
      })
      .optional()
      .describe("Its weight, with `enabled`. Absent: as it is."),
    wait: flag()
      .default(false)
      .describe("Wait until it is so: up, in maintenance, drained of the sessions that it had."),
    wait_interval: number(1).pipe(z.number().int()).default(5).describe("Seconds between two looks."),
    wait_retries: number(1).pipe(z.number().int()).default(25).describe("Looks until it fails."),
    drain: flag().default(false).describe("With `disabled`: drain it first, and wait until it has no sessions."),
    shutdown_sessions: flag().default(false).describe("With `disabled`: end the sessions that it has."),
    fail_on_not_found: flag().default(false).describe("Fail when there is no such server. Otherwise nothing is done."),
  })
  .superRefine((given, issues) => {
    if (given.weight !== undefined && given.state !== "enabled")
      issues.addIssue({ code: "custom", message: "takes weight only with state: enabled" });
  });

type Params = z.output<typeof params>;

interface Seen {
  readonly all: readonly HaproxyServer[];
  readonly servers: readonly HaproxyServer[];
  /** Only asked when somebody waits. */
  readonly status?: readonly HaproxyStatus[];
}

const GOALS: Readonly<Record<Params["state"], Goal>> = { enabled: "ready", drain: "drain", disabled: "maint" };

export const haproxy = defineModule<Params, Seen>({
  name: "haproxy",
  summary: "Take servers out of haproxy's rotation and back in",
  description: [
    "By the admin socket, as it is now: a restart of haproxy forgets it, and a reload too, unless it keeps the state of its",
    "servers. The host needs socat, perl (on every Debian) or nc with `-U`.",
    "",
    "Unlike Ansible's module, `socket` is Debian's by default, `enabled` also ends a drain, and `drain` without `wait` changes",
    "nothing but that. What is so already is left alone.",
  ].join("\n"),
  class: "state",
  params,
  waves: 2,
  returns: { servers: "What was found: `backend/server`, one text each." },
  examples: [
    {
      name: "Drain a server everywhere before its upgrade",
      yaml: "- name: no new requests\n  haproxy:\n    state: drain\n    host: web1\n    wait: true\n  delegate_to: lb1",
    },
    {
      name: "Back in when its health check is good",
      yaml: "- name: back in\n  haproxy:\n    state: enabled\n    host: web1\n    backend: web\n    wait: true\n  delegate_to: lb1",
    },
  ],
  observe: observe,
  diff: changesOf,
  mayTouch: () => [{ kind: "disturbs", subject: "service:haproxy/servers" }],
  result: (_outputs, given, { servers, status }) => ({
    servers: servers.map((one) => `${one.backend}/${one.server}`),
    // Who only waits changes nothing.
    ...(status !== undefined && servers.every((one) => isAsWanted(one, given)) && { changed: false }),
  }),
});

async function observe(read: Read, given: Params): Promise<Seen> {
  const all = await read(haproxyServers(given.socket));
  if (all === null)
    throw hostError(`there is no socket ${given.socket}`, {
      remedy: "see that haproxy runs, with stats socket … level admin",
    });
  const servers = all.filter((one) => one.server === given.host && (given.backend ?? one.backend) === one.backend);
  if (servers.length === 0 && given.fail_on_not_found)
    throw hostError(`haproxy has no server ${given.backend === undefined ? "" : `${given.backend}/`}${given.host}`, {
      remedy: `it has ${all.map((one) => `${one.backend}/${one.server}`).join(", ") || "none"}`,
    });
  if (!given.wait) return { all, servers };
  const status = await read.maybe(haproxyStatus(given.socket));
  return Array.isArray(status) ? { all, servers, status: status as readonly HaproxyStatus[] } : { all, servers };
}

function changesOf({ all, servers, status }: Seen, given: Params): readonly Change[] {
  let known = all;
  const goal = GOALS[given.state];
  return servers.flatMap((one): readonly Change[] => {
    const id = `${one.backend}/${one.server}`;
    const looks = { goal, interval: given.wait_interval, retries: given.wait_retries };
    const waits = given.wait ? [waitStep(given.socket, one, looks)] : [];
    if (isAsWanted(one, given)) {
      const is = status?.find(({ backend, server }) => backend === one.backend && server === one.server);
      if (!given.wait || is === undefined || arrived(is, goal)) return [];
      return [{ summary: `wait until ${id} is ${goal}`, effects: [{ kind: "waited" }], steps: waits }];
    }
    const after = { ...one, wish: goal, weight: weightOf(one, given) };
    known = known.map((other) => (other.backend === one.backend && other.server === one.server ? after : other));
    const drains = given.drain && goal === "maint" && one.wish !== "maint";
    const steps = [
      ...(drains
        ? [
            setStep(given.socket, `set server ${id} state drain`),
            waitStep(given.socket, one, { ...looks, goal: "drain" }),
          ]
        : []),
      ...(one.wish === goal ? [] : [setStep(given.socket, `set server ${id} state ${goal}`)]),
      ...(given.shutdown_sessions && goal === "maint" ? [setStep(given.socket, `shutdown sessions server ${id}`)] : []),
      ...(after.weight === one.weight ? [] : [setStep(given.socket, `set server ${id} weight ${given.weight}`)]),
      ...waits,
    ];
    return [
      {
        summary: `${given.state === "drain" ? "drain" : given.state.replace(/d$/, "")} ${id}`,
        title: id,
        before: { state: one.wish, weight: one.weight },
        after: { state: goal, weight: after.weight },
        effects: [becomes(haproxyServers(given.socket), known)],
        steps,
      },
    ];
  });
}

function isAsWanted(one: HaproxyServer, given: Params): boolean {
  return one.wish === GOALS[given.state] && one.weight === weightOf(one, given);
}

function weightOf({ weight, configuredWeight }: HaproxyServer, { weight: wanted }: Params): number {
  if (wanted === undefined) return weight;
  const number = Number(wanted.replace("%", ""));
  return wanted.endsWith("%") ? Math.floor((configuredWeight * number) / 100) : number;
}
