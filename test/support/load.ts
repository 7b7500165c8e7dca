import * as http from "node:http";
import * as https from "node:https";
import type { TLSSocket } from "node:tls";

export interface LoadTarget {
  readonly address: string;
  /** Name in the certificate, and in the Host header. */
  readonly name: string;
  readonly path: string;
  /** Root that the certificate must lead to (PEM). Absent: plain http. */
  readonly ca?: string;
  /** Absent: GET. */
  readonly method?: string;
  /** Of a form. */
  readonly body?: string;
}

export interface LoadResult {
  readonly sent: number;
  readonly failed: number;
  /** What went wrong, each kind once. */
  readonly reasons: readonly string[];
  /** Serial numbers of the certificates that were seen. */
  readonly serials: readonly string[];
}

/** Requests at a steady pace, each over a connection of its own; it ends by itself after `most` of them. */
export class Load {
  #sent = 0;
  #failed = 0;
  readonly #reasons = new Set<string>();
  readonly #serials = new Set<string>();
  readonly #open: Promise<void>[] = [];
  readonly #timer: NodeJS.Timeout;

  constructor(
    readonly target: LoadTarget,
    /** `timeoutMs`: a request that takes longer has failed. */
    readonly pace: { readonly everyMs: number; readonly timeoutMs: number; readonly most: number },
  ) {
    this.#timer = setInterval(() => this.#send(), pace.everyMs);
  }

  /** No more requests; those under way come to their end. */
  async stop(): Promise<LoadResult> {
    clearInterval(this.#timer);
    await Promise.all(this.#open);
    const [reasons, serials] = [[...this.#reasons], [...this.#serials]];
    return { sent: this.#sent, failed: this.#failed, reasons, serials };
  }

  #send(): void {
    if (++this.#sent >= this.pace.most) clearInterval(this.#timer);
    this.#open.push(
      getOnce(this.target, this.pace.timeoutMs).then(
        ({ status, serial }) => {
          this.#serials.add(serial);
          if (status !== 200) this.#fail(`status ${status}`);
        },
        (error: unknown) => this.#fail(error instanceof Error ? error.message : String(error)),
      ),
    );
  }

  #fail(reason: string): void {
    this.#failed++;
    this.#reasons.add(reason);
  }
}

export interface Answer {
  readonly status: number;
  readonly headers: NodeJS.Dict<string | string[]>;
  readonly body: string;
  /** Of the certificate; without TLS it is empty. */
  readonly serial: string;
}

/** One request over a new connection, whose certificate is checked. */
export function getOnce(
  { address, name, path, ca, method, body: form }: LoadTarget,
  timeoutMs = 5000,
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const typed = form === undefined ? {} : { "content-type": "application/x-www-form-urlencoded" };
    const common = { host: address, path, method: method ?? "GET", headers: { host: name, ...typed } };
    const secure = { servername: name, ca, agent: new https.Agent({ keepAlive: false, maxCachedSessions: 0 }) };
    const plain = { agent: new http.Agent({ keepAlive: false }) };
    const answered = (response: http.IncomingMessage): void => {
      const serialNumber = ca === undefined ? "" : (asked.socket as TLSSocket).getPeerCertificate().serialNumber;
      const chunks: Buffer[] = [];
      response.on("data", (chunk: Buffer) => chunks.push(chunk));
      response.on("error", reject);
      response.on("end", () => {
        clearTimeout(late);
        const body = Buffer.concat(chunks).toString("utf8");
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body, serial: serialNumber });
      });
    };
    const asked =
      ca === undefined
        ? http.request({ ...common, ...plain }, answered)
        : https.request({ ...common, ...secure }, answered);
    const late = setTimeout(() => asked.destroy(new Error(`no answer within ${timeoutMs} ms`)), timeoutMs);
    asked.on("error", (error) => {
      clearTimeout(late);
      reject(error);
    });
    asked.end(form);
  });
}
