import { isIP } from "node:net";

/** An address or a network of either family, in the form in which programs of Linux print it. */
export interface IpRange {
  readonly family: 4 | 6;
  readonly address: string;
  readonly prefix: number;
}

/** `192.0.2.0/24`, `192.0.2.7`, `192.0.2.0/255.255.255.0`, `2001:db8::/32`. Undefined: it is none. */
export function ipRange(text: string): IpRange | undefined {
  const [address = "", mask, ...rest] = text.toLowerCase().split("/");
  const family = isIP(address);
  if ((family !== 4 && family !== 6) || rest.length > 0 || address.includes("%")) return undefined;
  const bits = family === 4 ? 32 : 128;
  const prefix = mask === undefined ? bits : prefixOf(mask, family);
  if (prefix === undefined || prefix > bits) return undefined;
  return { family, address: textOf(numberOf(address, family), family), prefix };
}

/** The same without the bits behind the prefix. */
export function network(range: IpRange): IpRange {
  return { ...range, address: textOf(masked(range, range), range.family) };
}

export function showRange({ family, address, prefix }: IpRange): string {
  return prefix === (family === 4 ? 32 : 128) ? address : `${address}/${prefix}`;
}

/** Whether all of `inner` lies in `outer`. */
export function covers(outer: IpRange, inner: IpRange): boolean {
  if (outer.family !== inner.family || outer.prefix > inner.prefix) return false;
  return masked(outer, outer) === masked(inner, outer);
}

function prefixOf(mask: string, family: 4 | 6): number | undefined {
  if (/^\d{1,3}$/.test(mask)) return Number(mask);
  if (family === 6 || isIP(mask) !== 4) return undefined;
  const bits = numberOf(mask, 4).toString(2).padStart(32, "0");
  return /^1*0*$/.test(bits) ? bits.replaceAll("0", "").length : undefined;
}

function masked({ address, family }: IpRange, { prefix }: IpRange): bigint {
  const free = BigInt((family === 4 ? 32 : 128) - prefix);
  return (numberOf(address, family) >> free) << free;
}

function numberOf(address: string, family: 4 | 6): bigint {
  if (family === 4) return address.split(".").reduce((sum, part) => sum * 256n + BigInt(part), 0n);
  const plain = new URL(`http://[${address}]/`).hostname.slice(1, -1);
  const [head = "", tail] = plain.split("::");
  const before = head.split(":").filter(Boolean);
  const after = (tail ?? "").split(":").filter(Boolean);
  const groups = [...before, ...Array<string>(8 - before.length - after.length).fill("0"), ...after];
  return groups.reduce((sum, part) => sum * 65536n + BigInt(`0x${part}`), 0n);
}

function textOf(value: bigint, family: 4 | 6): string {
  const part = (index: number, bits: number): bigint => (value >> BigInt(index * bits)) & ((1n << BigInt(bits)) - 1n);
  if (family === 4) return [3, 2, 1, 0].map((index) => part(index, 8).toString()).join(".");
  const groups = [7, 6, 5, 4, 3, 2, 1, 0].map((index) => part(index, 16).toString(16));
  return new URL(`http://[${groups.join(":")}]/`).hostname.slice(1, -1);
}
