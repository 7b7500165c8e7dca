import type { TaskResult } from "../../contract/module.js";
import type { StepResult } from "../../contract/step.js";
import { commandResult, decode } from "../run/output.js";
import type { Seen } from "../run/skip.js";
import { bareUrl } from "./request.js";
import { type HttpResponse, parseResponse } from "./response.js";
import type { UriParams } from "./uri-params.js";

/** Names that mean something in a result: a server must not set them by a header. */
const reserved = new Set(
  "changed failed skipped msg message variables ansible_facts rc status url content json elapsed redirected results truncated constructor prototype __proto__".split(
    " ",
  ),
);

const asked = { cmd: "uri", strip: true };

/** What `register` holds. Without a step: in a dry run, nothing was sent. */
export function uriResult(step: StepResult | undefined, params: UriParams, seen: Seen | undefined): TaskResult {
  const url = bareUrl(new URL(params.url));
  if (seen?.skip) return { ...commandResult([], asked, seen), url };
  if (step === undefined) return { changed: false, url };
  if (step.outcome.kind !== "exited") return { ...commandResult([[step]], asked), changed: false, url };
  const response = parseResponse(step.stdout.bytes);
  if (response === undefined) return { changed: false, failed: true, url, status: -1, msg: decode(step.stderr, true) };
  const accepted = params.status_code.includes(response.status);
  return {
    ...headerFields(response),
    ...contentFields(response, params.return_content || !accepted),
    ...cutFields(response),
    changed: false,
    url,
    status: response.status,
    elapsed: response.elapsedSeconds,
    redirected: response.status >= 300 && response.status < 400,
    ...(accepted ? { msg: `OK (${bodySize(response)})` } : { failed: true, msg: problem(response, step, params) }),
  };
}

function headerFields(response: HttpResponse): Record<string, string> {
  const fields = [...response.headers].map(([name, value]) => [name.replace(/-/g, "_"), value] as const);
  return Object.fromEntries(fields.filter(([name]) => !reserved.has(name)));
}

function contentFields(response: HttpResponse, wanted: boolean): Record<string, unknown> {
  const text = response.body.toString("utf8");
  const isJson = /\bjson\b/.test(response.headers.get("content-type") ?? "");
  return { ...(wanted ? { content: text } : {}), ...(isJson ? jsonField(text) : {}) };
}

function jsonField(text: string): { readonly json?: unknown } {
  try {
    return { json: JSON.parse(text) as unknown };
  } catch {
    // It says that it is JSON and is not, or it is cut: then there is no `json`.
    return {};
  }
}

function cutFields({ body, bodyBytes }: HttpResponse): { readonly truncated?: readonly string[] } {
  return body.length < bodyBytes ? { truncated: ["content"] } : {};
}

function bodySize({ headers, bodyBytes }: HttpResponse): string {
  const length = headers.get("content-length");
  return length === undefined ? `${bodyBytes} bytes` : `${length} bytes`;
}

function problem(response: HttpResponse, step: StepResult, params: UriParams): string {
  const expected = params.status_code.join(", ");
  const said = response.status === -1 ? decode(step.stderr, true) : response.reason;
  const cause = said === "" ? (response.status === -1 ? "no answer" : "") : said;
  return `Status code was ${response.status} and not [${expected}]${cause === "" ? "" : `: ${cause}`}`;
}
