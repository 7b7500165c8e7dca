import type { Change } from "../../contract/change.js";
import { guardsOf } from "../run/params.js";
import { bareUrl, curlConfig, type HttpRequest, requestHead, wgetConfig } from "./request.js";
import { requestScript } from "../../probes/http-script.js";
import type { UriParams } from "./uri-params.js";

/** Bytes of a body that are given back. The wire keeps more. */
export const maxContentBytes = 512 * 1024;

/** What the script of a request is given: words, and bytes that nobody else may see. */
export function requestInput(params: UriParams): { readonly words: readonly string[]; readonly bytes: Buffer } {
  const request = requestOf(params);
  const parts = [curlConfig(request), wgetConfig(request), [bareUrl(request.url)], requestHead(request)];
  const text = parts.flat().map((line) => `${line}\n`);
  const { url } = request;
  const words = [
    url.protocol.slice(0, -1),
    url.hostname.replace(/^\[|\]$/g, ""),
    url.port || (url.protocol === "https:" ? "443" : "80"),
    request.method,
    String(request.timeoutSeconds),
    params.status_code.join(" "),
    String(maxContentBytes),
    request.body === undefined ? "no" : "yes",
    ...parts.map((part) => String(part.length)),
  ];
  return { words, bytes: Buffer.concat([Buffer.from(text.join("")), request.body ?? Buffer.alloc(0)]) };
}

export function requestChange(params: UriParams): Change {
  const { words, bytes } = requestInput(params);
  const url = new URL(params.url);
  const guards = guardsOf(params);
  const summary = `${params.method} ${url.origin}${url.pathname}`;
  return {
    summary,
    effects: params.method === "GET" || params.method === "HEAD" ? [] : [{ kind: "opaque", why: summary }],
    steps: [
      {
        do: "exec",
        argv: ["sh", "-c", requestScript, "uri", ...words],
        silent: true,
        stdin: { kind: "bytes", bytes },
        ...(guards.length === 0 ? {} : { guards }),
      },
    ],
  };
}

function requestOf(params: UriParams): HttpRequest {
  const url = new URL(params.url);
  const { bytes, type } = bodyOf(params);
  const headers = Object.entries(params.headers);
  const typed = headers.some(([name]) => name.toLowerCase() === "content-type");
  const user = params.url_username ?? (url.username === "" ? undefined : decodeURIComponent(url.username));
  return {
    method: params.method,
    url,
    headers: type === undefined || typed ? headers : [...headers, ["Content-Type", type]],
    body: bytes,
    user,
    password: params.url_password ?? decodeURIComponent(url.password),
    timeoutSeconds: params.timeout,
    validateCerts: params.validate_certs,
    followRedirects: follows(params),
  };
}

function follows({ follow_redirects: which, method }: UriParams): boolean {
  return which === "all" || (which === "safe" && (method === "GET" || method === "HEAD"));
}

function bodyOf({ body, body_format: format }: UriParams): { bytes: Buffer | undefined; type?: string } {
  if (body === undefined || body === null) return { bytes: undefined };
  switch (format) {
    case "json":
      return { bytes: Buffer.from(asText(body)), type: "application/json" };
    case "form":
    case "form-urlencoded":
      return { bytes: Buffer.from(formText(body)), type: "application/x-www-form-urlencoded" };
    case "raw":
      return { bytes: Buffer.from(asText(body)) };
    default:
      return format satisfies never;
  }
}

/** Text is taken as it is written (it may be JSON already), anything else as JSON. */
function asText(body: unknown): string {
  return typeof body === "string" ? body : JSON.stringify(body);
}

function formText(body: unknown): string {
  if (typeof body === "string") return body;
  const pairs = Array.isArray(body) ? (body as unknown[][]) : Object.entries(body as object);
  const form = new URLSearchParams();
  for (const [name, value] of pairs) {
    for (const one of Array.isArray(value) ? (value as unknown[]) : [value]) form.append(String(name), asText(one));
  }
  return form.toString();
}
