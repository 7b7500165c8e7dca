import { createHash } from "node:crypto";
import * as z from "zod";
import { type Change, disturbs } from "../contract/change.js";
import { hostError } from "../contract/error.js";
import { defineModule } from "../contract/module.js";
import type { Subject } from "../contract/subject.js";
import { httpAnswer } from "../probes/http-answer.js";
import { differing, type Monitor, wantedMonitor } from "./support/datadog-monitor.js";
import { requestChange, requestInput } from "./net/request-change.js";
import { parseResponse } from "./net/response.js";
import { type UriParams, uriParams } from "./net/uri-params.js";
import { flag, number, text } from "./values.js";

const OWN_TAG = "managed-by:fettle";

const whole = () => number(0).pipe(z.number().int({ error: "must be a whole number" }));
const key = () => text().refine((given) => /^[\x21-\x7e]+$/.test(given), { error: "is no key" });

const params = z
  .strictObject({
    api_key: key().describe("The API key."),
    app_key: key().describe("The application key."),
    api_host: z
      .url({ protocol: /^https?$/, error: "must be an https:// URL" })
      .default("https://api.datadoghq.com")
      .describe("The site's API."),
    name: text().describe(
      "The monitor's name. It is found by it and by the tag `managed-by:fettle`, which fettle adds.",
    ),
    state: z
      .enum(["present", "absent", "mute", "unmute"], { error: "must be one of present, absent, mute, unmute" })
      .describe("`mute` and `unmute`: of a monitor that there is."),
    type: text().optional().describe("The kind of monitor: `query alert`, `metric alert`, `service check` …"),
    query: text().optional().describe("What is watched, with the critical threshold in it."),
    notification_message: text().optional().describe("What is said when it goes off."),
    message: text().optional().describe("The same as `notification_message`."),
    thresholds: z.record(z.string(), z.number()).optional().describe("`critical`, `warning`, `ok` …"),
    tags: z.array(text()).default([]).describe("Tags, besides fettle's own."),
    priority: whole().optional().describe("1 (the highest) to 5."),
    renotify_interval: whole().optional().describe("Minutes until it is said again."),
    escalation_message: text().optional().describe("What is said then."),
    notify_no_data: flag().optional().describe("Whether it goes off when no data come."),
    no_data_timeframe: whole().optional().describe("Minutes without data until then."),
    evaluation_delay: whole().optional().describe("Seconds that the evaluation is late."),
    require_full_window: flag().optional().describe("Whether the whole window must have data."),
    include_tags: flag().optional().describe("Whether the title tells the tags that set it off."),
    validate_certs: flag().default(true).describe("Check the certificate of the API."),
  })
  .superRefine(({ state, type, query }, issues) => {
    if (state === "present" && (type === undefined || query === undefined))
      issues.addIssue({ code: "custom", message: "needs type and query with state: present" });
  });

export type DatadogMonitorParams = z.output<typeof params>;
type Params = DatadogMonitorParams;

export const datadogMonitor = defineModule<Params, Monitor | null>({
  name: "datadog_monitor",
  summary: "Manage a monitor of Datadog",
  description: [
    "The host that the task runs on asks Datadog's API, by curl, GNU wget, or bash for plain http; `delegate_to: localhost`",
    "lets the controller do it. The keys are in no process list, diff or log. A monitor is validated before it is made or",
    "changed, and only monitors with the tag `managed-by:fettle` are touched.",
    "",
    "Parameters that are left out are as they are. Not supported: `id`, `silenced`, `locked`, `timeout_h`.",
  ].join("\n"),
  class: "state",
  params,
  secrets: ["api_key", "app_key"],
  returns: { id: "The monitor's number, when there is one already." },
  examples: [
    {
      name: "Too many requests",
      yaml: '- name: QPS\n  datadog_monitor:\n    api_key: <%= datadog_api_key %>\n    app_key: <%= datadog_app_key %>\n    name: QPS of the site\n    state: present\n    type: query alert\n    query: "avg(last_5m):sum:nginx.net.request_per_s{*} > 500"\n    thresholds: { critical: 500, warning: 400 }\n    notification_message: "Too many requests @ops"',
    },
    {
      name: "Quiet for a while",
      yaml: "- name: mute it\n  datadog_monitor:\n    api_key: <%= datadog_api_key %>\n    app_key: <%= datadog_app_key %>\n    name: QPS of the site\n    state: mute",
    },
  ],
  observe: async (read, given) => {
    const search = new URLSearchParams({ name: given.name, monitor_tags: OWN_TAG });
    const { words, bytes } = requestInput(request(given, "GET", `?${search.toString()}`));
    const keys = createHash("sha256").update(`${given.api_key}\0${given.app_key}`).digest("hex").slice(0, 16);
    const id = `${given.api_host} ${keys} ${given.name}`;
    const answer = await read(httpAnswer({ id, subject: subject(given), words, input: bytes.toString("utf8") }));
    const found = monitorIn(answer, given.name, given.api_host);
    if (found === null && /mute$/.test(given.state))
      throw hostError(`there is no monitor "${given.name}" of fettle's`, {
        remedy: "make it first, with state: present",
      });
    return found;
  },
  diff: (is, given) => changesOf(is, given),
  result: (_outputs, _given, is) => (is === null ? {} : { id: is.id }),
});

function subject({ name }: Params): Subject {
  return `system:datadog-monitor/${name}`;
}

function request(given: Params, method: UriParams["method"], path: string, body?: unknown): UriParams {
  return uriParams.parse({
    url: `${given.api_host.replace(/\/+$/, "")}/api/v1/monitor${path}`,
    method,
    headers: { "DD-API-KEY": given.api_key, "DD-APPLICATION-KEY": given.app_key },
    validate_certs: given.validate_certs,
    ...(body !== undefined && { body, body_format: "json" }),
  });
}

function monitorIn(answer: Buffer, name: string, host: string): Monitor | null {
  const response = parseResponse(answer);
  if (response === undefined) throw hostError(`${host} was not asked: ${answer.toString("utf8").trim()}`);
  if (response.status === 401 || response.status === 403)
    throw hostError(`${host} refuses the keys (status ${response.status})`, {
      remedy: "check api_key, app_key and the site in api_host",
    });
  if (response.status !== 200) throw hostError(`${host} answers with status ${response.status}`);
  let monitors: unknown;
  try {
    monitors = JSON.parse(response.body.toString("utf8"));
  } catch {
    throw hostError(`${host} does not answer with JSON`, { remedy: "check api_host" });
  }
  if (!Array.isArray(monitors)) throw hostError(`${host} does not answer with a list of monitors`);
  const own = (monitors as readonly Monitor[]).filter(
    (one) => one.name === name && one.tags?.includes(OWN_TAG) === true,
  );
  if (own.length > 1)
    throw hostError(`there are ${own.length} monitors "${name}" of fettle's`, { remedy: "remove all but one" });
  return own[0] ?? null;
}

function changesOf(is: Monitor | null, given: Params): readonly Change[] {
  const change = (summary: string, requests: readonly UriParams[], more: Partial<Change> = {}): readonly Change[] => [
    {
      summary,
      ...more,
      effects: [disturbs(subject(given))],
      steps: requests.flatMap((one) => requestChange(one).steps),
    },
  ];
  const of = `/${is?.id ?? ""}`;
  const isMuted = Object.keys(is?.options?.silenced ?? {}).length > 0;
  switch (given.state) {
    case "absent":
      return is === null ? [] : change(`remove monitor ${given.name}`, [request(given, "DELETE", of)]);
    case "mute":
      return isMuted ? [] : change(`mute monitor ${given.name}`, [request(given, "POST", `${of}/mute`)]);
    case "unmute":
      return isMuted ? change(`unmute monitor ${given.name}`, [request(given, "POST", `${of}/unmute`)]) : [];
    case "present": {
      const wanted = wantedMonitor(given, OWN_TAG);
      const sides = is === null ? undefined : differing(is, wanted);
      if (sides !== undefined && Object.keys(sides.after).length === 0) return [];
      const validate = request(given, "POST", "/validate", wanted);
      const title = `monitor ${given.name}`;
      if (is === null || sides === undefined)
        return change(`make monitor ${given.name}`, [validate, request(given, "POST", "", wanted)], {
          title,
          before: null,
          after: JSON.stringify(wanted, null, 2),
        });
      return change(
        `change monitor ${given.name}`,
        [validate, request(given, "PUT", of, { ...wanted, options: { ...is.options, ...wanted.options } })],
        { title, ...sides },
      );
    }
    default:
      return given.state satisfies never;
  }
}
