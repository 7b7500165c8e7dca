import { inputError } from "../../contract/error.js";
import { type Address, addressText, bitsOf, firstOf, lastOf, parseAddress, sizeOf } from "./address.js";
import { helper, type Helpers } from "./helper.js";
import { asked, TYPE } from "./network-queries.js";

export const NETWORK: Helpers = {
  ipaddr: helper(
    'ipaddr(value, "query")',
    "The address or network when it is one, else false; of a list those that are. A query asks for a part: address, network, " +
      "netmask, prefix, host, broadcast, subnet, size, first_usable … a number for an address of the network, a network " +
      "for what is in it. null: it has none.",
    (value: unknown, query?: unknown) => filtered(value, query, undefined),
  ),
  ipv4: helper('ipv4(value, "query")', "The same for IPv4 alone.", (value: unknown, query?: unknown) =>
    filtered(value, query, 4),
  ),
  ipv6: helper('ipv6(value, "query")', "The same for IPv6 alone.", (value: unknown, query?: unknown) =>
    filtered(value, query, 6),
  ),
  ipwrap: helper("ipwrap(value)", "An IPv6 address in brackets; everything else as it is.", ipwrap),
  ipsubnet: helper(
    "ipsubnet(network, prefix, index)",
    "How many networks of that prefix fit in, or the one of that number; of an address the network around it.",
    ipsubnet,
  ),
  ipmath: helper("ipmath(address, amount)", "The address so many further on.", ipmath),
  nthhost: helper("nthhost(network, n)", "The address of that number in the network.", nthhost),
};

function filtered(value: unknown, query: unknown, version: 4 | 6 | undefined): unknown {
  if (Array.isArray(value))
    return value.map((one: unknown) => filtered(one, query, version)).filter((one) => one !== false && one !== null);
  const address = parseAddress(value, version);
  if (address === undefined || (version !== undefined && address.version !== version)) return false;
  return asked(address, query ?? "", typeof value === "string" ? value : addressText(address.value, address.version));
}

function ipwrap(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(ipwrap);
  const address = parseAddress(value);
  return address?.version === 6 ? asked(address, "wrap", String(value)) : value;
}

function ipsubnet(given: unknown, prefix?: unknown, index?: unknown): unknown {
  const address = parseAddress(given);
  if (address === undefined) return false;
  const isAddress = TYPE(address) === "address";
  const own = isAddress && !address.isNetwork ? address : { ...address, value: firstOf(address) };
  if (prefix === undefined) return shown(own);
  const wanted = Number(prefix);
  if (!Number.isInteger(wanted)) return numberWithin(own, prefix);
  if (wanted < 0 || wanted > bitsOf(own.version)) return false;
  if (sizeOf(own) === 1n) return around(own, wanted, index === undefined ? 0 : Number(index));
  if (wanted < own.prefix) throw inputError(`ipsubnet: a /${own.prefix} holds no /${wanted}`);
  const count = 1n << BigInt(wanted - own.prefix);
  if (index === undefined) return String(count);
  const number = BigInt(Number(index)) < 0n ? BigInt(Number(index)) + count : BigInt(Number(index));
  if (number < 0n || number >= count) return false;
  return shown({ ...own, value: own.value + (number << BigInt(bitsOf(own.version) - wanted)), prefix: wanted });
}

/** The networks that an address lies in, the biggest first: that of `prefix` bits, or another counted from it. */
function around(address: Address, prefix: number, index: number): unknown {
  const all = Array.from({ length: address.prefix - prefix }, (_, i) => prefix + i);
  const found = all.at(index);
  if (found === undefined) return false;
  return shown({ ...address, prefix: found, value: firstOf({ ...address, prefix: found }) });
}

/** Which of the outer network's parts of its size it is, from 1 on. */
function numberWithin(inner: Address, text: unknown): string {
  const outer = parseAddress(text);
  if (outer === undefined) throw inputError(`ipsubnet: "${String(text)}" is no network`);
  if (inner.version !== outer.version || firstOf(outer) > inner.value || lastOf(outer) < inner.value)
    throw inputError(`ipsubnet: ${shown(inner)} is not in ${String(text)}`);
  return String((inner.value - firstOf(outer)) / sizeOf(inner) + 1n);
}

function ipmath(given: unknown, amount: unknown): string {
  const address = parseAddress(given);
  if (address === undefined) throw inputError(`ipmath: "${String(given)}" is no address`);
  if (!Number.isInteger(amount)) throw inputError("ipmath: the amount must be a whole number");
  const value = address.value + BigInt(amount as number);
  if (value < 0n || value >= 1n << BigInt(bitsOf(address.version)))
    throw inputError("ipmath: there is no such address");
  return addressText(value, address.version);
}

function nthhost(given: unknown, n: unknown): unknown {
  const address = parseAddress(given);
  if (address === undefined || !Number.isInteger(Number(n))) return false;
  const number = BigInt(Number(n));
  if (number >= sizeOf(address) || -number > sizeOf(address)) return false;
  const value = (number < 0n ? lastOf(address) + 1n : firstOf(address)) + number;
  return addressText(value, address.version);
}

function shown({ value, version, prefix }: Address): string {
  return `${addressText(value, version)}/${prefix}`;
}
