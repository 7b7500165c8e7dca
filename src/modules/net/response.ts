/** What the request script printed, understood. */
export interface HttpResponse {
  /** -1: there was no answer. */
  readonly status: number;
  readonly reason: string;
  /** Lower-cased names; several of one name joined by `, `. */
  readonly headers: ReadonlyMap<string, string>;
  readonly body: Buffer;
  /** Bytes of the body on the host; more than `body` when it was cut. */
  readonly bodyBytes: number;
  readonly elapsedSeconds: number;
}

/** Undefined: this is not what the script prints. */
export function parseResponse(output: Buffer): HttpResponse | undefined {
  const lineEnd = output.indexOf("\n");
  const line = /^(curl|wget|bare) (\d+) (\d+) (\d+)$/.exec(output.subarray(0, Math.max(0, lineEnd)).toString());
  if (line === null) return undefined;
  const [seconds, headBytes, sizeBytes] = line.slice(2).map(Number) as [number, number, number];
  const rest = output.subarray(lineEnd + 1);
  if (line[1] === "bare") return bareResponse(rest, sizeBytes, seconds);
  const head = lastHead(rest.subarray(0, headBytes).toString("latin1"));
  return { ...head, body: rest.subarray(headBytes), bodyBytes: sizeBytes, elapsedSeconds: seconds };
}

function bareResponse(answer: Buffer, sizeBytes: number, elapsedSeconds: number): HttpResponse {
  // Some servers end lines by a line feed alone.
  const empty = /\r?\n\r?\n/.exec(answer.toString("latin1"));
  const headEnd = empty === null ? answer.length : empty.index + empty[0].length;
  const head = lastHead(answer.subarray(0, headEnd).toString("latin1"));
  const raw = answer.subarray(headEnd);
  const chunked = head.headers.get("transfer-encoding")?.toLowerCase().endsWith("chunked") === true;
  const cut = sizeBytes - answer.length;
  const body = chunked ? unchunked(raw) : raw;
  return { ...head, body, bodyBytes: body.length + cut, elapsedSeconds };
}

type Head = Pick<HttpResponse, "status" | "reason" | "headers">;

/** After redirects and `100 Continue` there are several heads; the last one is the answer's. */
function lastHead(text: string): Head {
  const lines = text.split(/\r?\n/);
  const start = lines.findLastIndex((line) => /^HTTP\/[\d.]+ \d{3}/.test(line));
  if (start < 0) return { status: -1, reason: "", headers: new Map() };
  const [, status = "-1", reason = ""] = /^HTTP\/[\d.]+ (\d{3}) ?(.*)$/.exec(lines[start] ?? "") ?? [];
  const headers = new Map<string, string>();
  for (const line of lines.slice(start + 1)) {
    const [, name = "", value = ""] = /^([^:\s]+):\s*(.*?)\s*$/.exec(line) ?? [];
    if (name === "") continue;
    const before = headers.get(name.toLowerCase());
    headers.set(name.toLowerCase(), before === undefined ? value : `${before}, ${value}`);
  }
  return { status: Number(status), reason: reason.trim(), headers };
}

/** Joins the chunks of `Transfer-Encoding: chunked`; of a cut body what is there. */
function unchunked(raw: Buffer): Buffer {
  const chunks: Buffer[] = [];
  let at = 0;
  for (;;) {
    const lineEnd = raw.indexOf("\r\n", at);
    const size = lineEnd < 0 ? 0 : Number.parseInt(raw.subarray(at, lineEnd).toString("latin1"), 16);
    if (!(size > 0)) return Buffer.concat(chunks);
    chunks.push(raw.subarray(lineEnd + 2, lineEnd + 2 + size));
    at = lineEnd + 2 + size + 2;
  }
}
