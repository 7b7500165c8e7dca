import * as z from "zod";
import { type Change, disturbs, type Effect } from "../contract/change.js";
import type { TaskResult } from "../contract/module.js";
import { defineModule } from "../contract/module.js";
import { type Read, Unknown } from "../contract/query.js";
import type { StepResult } from "../contract/step.js";
import { fileStat } from "../probes/file-stat.js";
import { waitScript } from "./net/wait-script.js";
import { decode } from "./run/output.js";
import { number, text } from "./values.js";

const seconds = () => number().pipe(z.number().int({ error: "must be whole seconds" }));

const params = z
  .strictObject({
    host: text()
      .refine((host) => /^[A-Za-z0-9_:.][A-Za-z0-9_:.%-]*$/.test(host), { error: "is not a host name or address" })
      .default("127.0.0.1")
      .describe("Where the port is, seen from the host."),
    port: number(1)
      .pipe(z.number().int().max(65535, { error: "must be at most 65535" }))
      .optional()
      .describe("The TCP port to wait for."),
    path: text().optional().describe("The file to wait for."),
    state: z
      .enum(["started", "present", "stopped", "absent"], {
        error: "must be one of started, present, stopped, absent (drained is not supported)",
      })
      .default("started")
      .describe("`started`, `present`: until it is there. `stopped`, `absent`: until it is not."),
    timeout: seconds().default(300).describe("Seconds after which to give up."),
    delay: number().default(0).describe("Seconds to wait before the first look."),
    sleep: number().default(1).describe("Seconds between two looks."),
    connect_timeout: number(1).default(5).describe("Seconds that one try to connect may take."),
    search_regex: text()
      .optional()
      .describe("An extended regular expression (`grep -E`) that the file, or what the port sends, must match."),
    msg: text().optional().describe("What to say when the time is over."),
  })
  .refine((given) => given.port === undefined || given.path === undefined, { error: "needs port or path, not both" })
  .refine((given) => given.search_regex === undefined || given.port !== undefined || given.path !== undefined, {
    error: "search_regex needs port or path",
  });

type Params = z.output<typeof params>;

/** Whether the file is as it is waited for. undefined: not to be known, or it is not about a file. */
type Seen = boolean | undefined;

export const waitFor = defineModule<Params, Seen>({
  name: "wait_for",
  summary: "Wait until a port answers or a file is there",
  description: [
    "Waits on the host itself, in one script. Without `port` and `path` it waits for `timeout` seconds. Ports are",
    "tried by bash or nc; a host with neither can wait for its own ports only.",
    "",
    "Unlike Ansible: `search_regex` is an extended regular expression, not Python's; `drained` is not supported.",
    "A dry run does not wait, and what it waits for is unknown then unless it is there already.",
  ].join("\n"),
  class: "action",
  params,
  returns: {
    elapsed: "Seconds that it took.",
    state: "The state.",
    port: "The port.",
    path: "The path.",
    msg: "Why it failed.",
  },
  examples: [
    { name: "A port", yaml: "- name: the app answers\n  wait_for:\n    port: 8080\n    timeout: 30" },
    {
      name: "A line in a file",
      yaml: "- name: it says that it is ready\n  wait_for:\n    path: /var/log/app.log\n    search_regex: '^ready'",
    },
    {
      name: "The end of a file",
      yaml: "- name: the lock is gone\n  wait_for:\n    path: /run/app.lock\n    state: absent",
    },
  ],
  observe,
  diff: (seen, given) => [change(given, seen)],
  blind: (given) => [change(given, undefined)],
  result: (outputs, given) => result(outputs?.[0]?.[0], given),
});

async function observe(read: Read, given: Params): Promise<Seen> {
  const { path } = given;
  if (path?.startsWith("/") !== true || given.search_regex !== undefined) return undefined;
  const found = await read.maybe(fileStat(path));
  return found instanceof Unknown ? undefined : (found.entry !== null) === isWanted(given);
}

const isWanted = ({ state }: Params): boolean => state === "started" || state === "present";

/** What somebody else makes or removes meanwhile is not known to a dry run. */
function effects({ path }: Params, seen: Seen): readonly Effect[] {
  return path === undefined || seen === true ? [{ kind: "waited" }] : [{ kind: "waited" }, disturbs(`file:${path}`)];
}

function change(given: Params, seen: Seen): Change {
  const kind = given.port !== undefined ? "port" : given.path !== undefined ? "path" : "nothing";
  const wanted = isWanted(given) ? "yes" : "no";
  const times = [given.timeout, given.delay, given.sleep, given.connect_timeout].map(String);
  const words = [
    kind,
    wanted,
    ...times,
    given.host,
    String(given.port ?? ""),
    given.path ?? "",
    given.search_regex ?? "",
  ];
  return {
    summary: `wait for ${subject(given)}`,
    effects: effects(given, seen),
    steps: [{ do: "exec", argv: ["sh", "-c", waitScript, "wait_for", ...words], silent: true }],
  };
}

function result(step: StepResult | undefined, given: Params): TaskResult {
  const { state, port, path, search_regex } = given;
  const about = { changed: false, state, port: port ?? null, path: path ?? null, search_regex: search_regex ?? null };
  if (step === undefined) return about;
  if (step.outcome.kind === "exited" && step.outcome.code === 0) {
    return { ...about, elapsed: Number(decode(step.stdout)) };
  }
  const late = step.outcome.kind === "exited" && step.outcome.code === 1;
  const problem = late ? (given.msg ?? `Timeout when waiting for ${subject(given)}`) : decode(step.stderr, true);
  return { ...about, failed: true, elapsed: Number(decode(step.stdout)), msg: problem || "did not end by itself" };
}

function subject(given: Params): string {
  const { port, path, host, state, search_regex: regex } = given;
  const thing = port !== undefined ? `${host}:${port}` : (path ?? `${given.timeout} s`);
  const what = regex === undefined ? thing : `search string ${regex} in ${thing}`;
  return state === "stopped" || state === "absent" ? `${what} to be ${state}` : what;
}
