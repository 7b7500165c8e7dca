import type { Place } from "../../contract/error.js";
import type { Layer } from "../scope.js";
import type { Source } from "../source.js";
import { dataLayer } from "../variables.js";
import { expandRanges } from "./ranges.js";

/** Names of the controller that need no inventory. */
export const LOCALHOST: readonly string[] = ["localhost", "127.0.0.1", "::1"];

/** `web[01:03]:2222`: the hosts that it stands for, and their port. Throws an input error with the place. */
export function hostNames(written: string, place: Place, source: Source): { names: readonly string[]; port?: number } {
  const [name, port] = splitPort(written);
  if (!isHostName(name)) throw source.error(place, `${JSON.stringify(name)} cannot be the name of a host`);
  try {
    return { names: expandRanges(name), ...(port !== undefined && { port: Number(port) }) };
  } catch (error) {
    throw source.error(place, (error as Error).message, "write web[01:10], web[a:f] or web[0:10:2]");
  }
}

/** No way out of a folder, nothing that steers a terminal, and nothing that ssh takes for an option. */
export function isHostName(name: string): boolean {
  return isGroupName(name) && !/\s/.test(name) && !name.startsWith("-");
}

export function isGroupName(name: string): boolean {
  return !/[/\p{Cc}]/u.test(name) && name !== "" && name !== "." && name !== "..";
}

export function portLayer(port: number, place: Place, source: Source): Layer {
  return dataLayer(`${source.file} (host)`, { ansible_port: port }, place);
}

/** `host:22`, `[fe80::1]:22`; a bare IPv6 address has no port. */
function splitPort(word: string): [string, string | undefined] {
  const bracketed = /^\[([0-9A-Fa-f:]*:[0-9A-Fa-f:]*)\](?::(\d+))?$/.exec(word);
  if (bracketed !== null && !/^\[[0-9A-Za-z]+:[0-9A-Za-z]+(:\d+)?\]/.test(word))
    return [bracketed[1] ?? "", bracketed[2]];
  const match = /^([^:]*(?:\[[^\]]*\][^:]*)*):(\d+)$/.exec(word);
  return match === null ? [word, undefined] : [match[1] ?? "", match[2]];
}
