import { defineProbe, ProbeFailure } from "../contract/query.js";
import { HAP } from "./haproxy-socket.js";
import { quote } from "./shell.js";

/** What the operators want of a server: take requests, finish those that it has, or none at all. */
export type HaproxyWish = "ready" | "drain" | "maint";

export interface HaproxyServer {
  readonly backend: string;
  readonly server: string;
  readonly wish: HaproxyWish;
  /** What the configuration gives it is the other. */
  readonly weight: number;
  readonly configuredWeight: number;
}

/** By a socket's path: all servers, in haproxy's order; null: there is no such socket. A reload may forget it. */
export const haproxyServers = defineProbe<string, readonly HaproxyServer[] | null>({
  kind: "haproxyServers",
  identify: (socket) => socket,
  subjects: (socket) => ["service:haproxy", "service:haproxy/active", "service:haproxy/servers", `file:${socket}`],
  changed: () => ["service:haproxy/servers"],
  own: () => ["service:haproxy/servers"],
  script: (sockets) => ({ text: asked(sockets, "show servers state") }),
  parse: (output, sockets) => answers(output, sockets, readServers),
});

/** How a server is: `UP`, `DOWN`, `MAINT`, `DRAIN`, `no check` …, and how many sessions it has. */
export interface HaproxyStatus {
  readonly backend: string;
  readonly server: string;
  readonly status: string;
  readonly sessions: number;
}

export const haproxyStatus = defineProbe<string, readonly HaproxyStatus[] | null>({
  kind: "haproxyStatus",
  identify: (socket) => socket,
  subjects: (socket) => ["service:haproxy", "service:haproxy/active", "service:haproxy/servers", `file:${socket}`],
  script: (sockets) => ({ text: asked(sockets, "show stat") }),
  parse: (output, sockets) => answers(output, sockets, readStat),
});

function asked(sockets: readonly string[], command: string): string {
  const one = (socket: string): string => {
    const path = quote(socket);
    return `if [ ! -S ${path} ]; then printf absent; elif o=$(hap ${path} ${quote(command)} 2>&1); then printf 'v%s' "$o"; else printf 'x%s' "$o"; fi; printf '\\0'`;
  };
  return `${HAP}\n${sockets.map(one).join("\n")}`;
}

function answers<V>(
  output: Buffer,
  sockets: readonly string[],
  read: (text: string) => V,
): (V | null | ProbeFailure)[] {
  const parts = output.toString("utf8").split("\0");
  return sockets.map((socket, i) => {
    const part = parts[i] ?? "";
    if (part === "absent") return null;
    if (part.startsWith("v")) return read(part.slice(1));
    return new ProbeFailure(`haproxy does not answer at ${socket}: ${part.slice(1).trim()}`);
  });
}

const MAINT = 0x01;
const DRAIN = 0x08;

/** Columns of `show servers state`, version 1. */
function readServers(text: string): readonly HaproxyServer[] {
  return text.split("\n").flatMap((line) => {
    const words = line.trim().split(" ");
    const [, backend, , server, , , admin, weight, configured] = words;
    if (line.startsWith("#") || backend === undefined || server === undefined || words.length < 9) return [];
    const flags = Number(admin);
    const wish = (flags & MAINT) !== 0 ? "maint" : (flags & DRAIN) !== 0 ? "drain" : "ready";
    return [{ backend, server, wish, weight: Number(weight), configuredWeight: Number(configured) }];
  });
}

function readStat(text: string): readonly HaproxyStatus[] {
  const [head = "", ...lines] = text.split("\n");
  const names = head.replace(/^# /, "").split(",");
  const column = (name: string): number => names.indexOf(name);
  return lines.flatMap((line) => {
    const cells = line.split(",");
    const [backend = "", server = ""] = cells;
    if (cells.length < names.length - 1 || server === "FRONTEND" || server === "BACKEND") return [];
    return [{ backend, server, status: cells[column("status")] ?? "", sessions: Number(cells[column("scur")] ?? 0) }];
  });
}
