import ipaddr from "ipaddr.js";

/** An address with the length of its network's prefix; that of an address alone is all its bits. */
export interface Address {
  readonly version: 4 | 6;
  readonly value: bigint;
  readonly prefix: number;
  /** Written with a prefix. */
  readonly isNetwork: boolean;
}

export const bitsOf = (version: 4 | 6): number => (version === 4 ? 32 : 128);

/** Undefined for what is none: `10.0.0.1`, `10.0.0.1/24`, `10.0.0.0/255.255.255.0`, `2001:db8::1/64`, a number. */
export function parseAddress(given: unknown, version?: 4 | 6): Address | undefined {
  if (typeof given === "number" || (typeof given === "string" && /^\d+$/.test(given)))
    return ofNumber(BigInt(given), version);
  if (typeof given !== "string") return undefined;
  const [text = "", length, ...more] = given.split("/");
  if (more.length > 0) return undefined;
  const is4 = ipaddr.IPv4.isValidFourPartDecimal(text);
  if (!is4 && (!ipaddr.IPv6.isValid(text) || text.includes("%"))) return undefined;
  const found = is4 ? 4 : 6;
  const prefix = length === undefined ? bitsOf(found) : prefixOf(length, found);
  if (prefix === undefined) return undefined;
  return { version: found, value: valueOf(text), prefix, isNetwork: length !== undefined };
}

function ofNumber(value: bigint, version?: 4 | 6): Address | undefined {
  const fits = ([4, 6] as const).find((one) => (version ?? one) === one && value < 1n << BigInt(bitsOf(one)));
  return fits === undefined ? undefined : { version: fits, value, prefix: bitsOf(fits), isNetwork: false };
}

function prefixOf(length: string, version: 4 | 6): number | undefined {
  if (/^\d+$/.test(length)) return Number(length) <= bitsOf(version) ? Number(length) : undefined;
  if (version === 6 || !ipaddr.IPv4.isValidFourPartDecimal(length)) return undefined;
  return ipaddr.IPv4.parse(length).prefixLengthFromSubnetMask() ?? undefined;
}

function valueOf(text: string): bigint {
  const hex = ipaddr
    .parse(text)
    .toByteArray()
    .map((byte) => byte.toString(16).padStart(2, "0"));
  return BigInt(`0x${hex.join("")}`);
}

/** The address of a number. */
export function addressText(value: bigint, version: 4 | 6): string {
  const hex = value.toString(16).padStart(bitsOf(version) / 4, "0");
  const bytes = (hex.match(/../g) ?? []).map((byte) => parseInt(byte, 16));
  const found = ipaddr.fromByteArray(bytes);
  return found instanceof ipaddr.IPv6 ? found.toRFC5952String() : found.toString();
}

export const sizeOf = ({ version, prefix }: Address): bigint => 1n << BigInt(bitsOf(version) - prefix);

export const firstOf = (address: Address): bigint => address.value - (address.value % sizeOf(address));

export const lastOf = (address: Address): bigint => firstOf(address) + sizeOf(address) - 1n;

export function isWithin(inner: Address, outer: Address): boolean {
  return inner.version === outer.version && firstOf(inner) >= firstOf(outer) && lastOf(inner) <= lastOf(outer);
}
