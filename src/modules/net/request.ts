/** An HTTP request, ready to be put into the forms that the programs of a host take. */
export interface HttpRequest {
  readonly method: string;
  readonly url: URL;
  /** Names as given; values on one line. */
  readonly headers: readonly (readonly [string, string])[];
  readonly body: Uint8Array | undefined;
  readonly user: string | undefined;
  readonly password: string;
  readonly timeoutSeconds: number;
  /** The time is that of a connection, and of a silence. Absent: of the whole request. */
  readonly untilSilent?: true;
  /** Take no notice of a proxy that the host's environment names. */
  readonly withoutProxy?: boolean;
  readonly validateCerts: boolean;
  readonly followRedirects: boolean;
}

/** A config file for curl (`-K`): everything that may be secret, so that no process list shows it. */
export function curlConfig(request: HttpRequest): string[] {
  const quoted = (text: string) => `"${text.replace(/[\\"]/g, "\\$&")}"`;
  const { user, method } = request;
  return [
    `url = ${quoted(bareUrl(request.url))}`,
    ...(method === "HEAD" ? ["head"] : [`request = ${quoted(method)}`]),
    ...(request.untilSilent
      ? [`connect-timeout = ${request.timeoutSeconds}`, "speed-limit = 1", `speed-time = ${request.timeoutSeconds}`]
      : [`max-time = ${request.timeoutSeconds}`]),
    ...(request.withoutProxy ? [`noproxy = "*"`] : []),
    `proto = "=http,https"`,
    ...request.headers.map(([name, value]) => `header = ${quoted(value === "" ? `${name};` : `${name}: ${value}`)}`),
    ...(user === undefined ? [] : [`user = ${quoted(`${user}:${request.password}`)}`]),
    ...(request.validateCerts ? [] : ["insecure"]),
    ...(request.followRedirects ? ["location"] : []),
  ];
}

/** A config file for GNU wget (`--config`). */
export function wgetConfig(request: HttpRequest): string[] {
  const { user } = request;
  return [
    `timeout = ${request.timeoutSeconds}`,
    "tries = 1",
    "hsts = off",
    "netrc = off",
    ...request.headers.map(([name, value]) => `header = ${name}: ${value}`),
    ...(user === undefined
      ? []
      : [`http_user = ${user}`, `http_password = ${request.password}`, "auth_no_challenge = on"]),
    ...(request.validateCerts ? [] : ["check_certificate = off"]),
    `max_redirect = ${request.followRedirects ? 20 : 0}`,
  ];
}

/** The lines of the request itself, for a plain connection; the body follows them. */
export function requestHead(request: HttpRequest, version = "1.1"): string[] {
  const { url, method, body, user } = request;
  const given = new Set(request.headers.map(([name]) => name.toLowerCase()));
  const own: [string, string][] = [
    ["Host", url.host],
    ["User-Agent", "fettle"],
    ["Accept", "*/*"],
    ...(body === undefined ? [] : ([["Content-Length", String(body.length)]] as [string, string][])),
    ...(user === undefined ? [] : ([["Authorization", basic(user, request.password)]] as [string, string][])),
  ];
  return [
    `${method} ${url.pathname}${url.search} HTTP/${version}`,
    ...own.filter(([name]) => !given.has(name.toLowerCase())).map(([name, value]) => `${name}: ${value}`),
    ...request.headers
      .filter(([name]) => name.toLowerCase() !== "connection")
      .map(([name, value]) => `${name}: ${value}`),
    "Connection: close",
    "",
  ].map((line) => `${line}\r`);
}

function basic(user: string, password: string): string {
  return `Basic ${Buffer.from(`${user}:${password}`).toString("base64")}`;
}

/** Without the name and password, which travel apart. */
export function bareUrl(url: URL): string {
  const bare = new URL(url);
  bare.username = "";
  bare.password = "";
  bare.hash = "";
  return bare.href;
}
