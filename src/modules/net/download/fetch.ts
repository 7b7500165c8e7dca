import type { Fetch } from "../../../probes/http-fetch.js";
import { curlConfig, type HttpRequest, requestHead } from "../request.js";
import type { DownloadParams } from "./params.js";

/** How the file itself is asked for. */
export function contentFetch(given: DownloadParams): Fetch {
  return fetchOf(given.url, given, Object.entries(given.headers));
}

/** How a list of checksums is asked for: headers and credentials are for the file's server alone. */
export function listFetch(url: string, given: DownloadParams): Fetch {
  if (new URL(url).origin === new URL(given.url).origin) return fetchOf(url, given, Object.entries(given.headers));
  const nobody = { url_username: undefined, username: undefined, url_password: "", password: undefined };
  return fetchOf(url, { ...given, ...nobody }, []);
}

function fetchOf(address: string, given: DownloadParams, headers: HttpRequest["headers"]): Fetch {
  const url = new URL(address);
  const user = given.url_username ?? given.username ?? nonEmpty(decodeURIComponent(url.username));
  const hasAgent = headers.some(([name]) => name.toLowerCase() === "user-agent");
  const request: HttpRequest = {
    method: "GET",
    url,
    headers: hasAgent ? headers : [...headers, ["User-Agent", given.http_agent]],
    body: undefined,
    user,
    password: given.url_password ?? given.password ?? decodeURIComponent(url.password),
    timeoutSeconds: given.timeout,
    untilSilent: true,
    withoutProxy: !given.use_proxy,
    validateCerts: given.validate_certs,
    followRedirects: true,
  };
  return {
    scheme: url.protocol === "https:" ? "https" : "http",
    host: url.hostname.replace(/^\[|\]$/g, ""),
    port: url.port || (url.protocol === "https:" ? "443" : "80"),
    timeoutSeconds: given.timeout,
    curl: text(curlConfig(request)),
    wget: headers.length > 0 ? null : wgetOptions(given),
    url: loginUrl(url, user, request.password),
    bare: text(requestHead(request, "1.0")),
  };
}

function wgetOptions(given: DownloadParams): readonly string[] {
  return [
    "--no-config",
    `--timeout=${given.timeout}`,
    ...["--tries=1", "--no-hsts", "--no-netrc", "--auth-no-challenge", `--user-agent=${given.http_agent}`],
    ...(given.validate_certs ? [] : ["--no-check-certificate"]),
    ...(given.use_proxy ? [] : ["--no-proxy"]),
  ];
}

/** With the login in it: the list of URLs that wget reads is the one place where nobody sees it. */
function loginUrl(url: URL, user: string | undefined, password: string): string {
  const login = new URL(url);
  login.username = user === undefined ? "" : encodeURIComponent(user);
  login.password = user === undefined ? "" : encodeURIComponent(password);
  login.hash = "";
  return login.href;
}

function text(lines: readonly string[]): string {
  return lines.map((line) => `${line}\n`).join("");
}

function nonEmpty(value: string): string | undefined {
  return value === "" ? undefined : value;
}
