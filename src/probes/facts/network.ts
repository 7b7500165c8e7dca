import { type Interface, netmask, network, parseInterfaces } from "./addresses.js";
import { factSource } from "./source.js";

/** The default route is the one to some far address, as Ansible takes it; nothing is sent there. */
const SCRIPT = `command -v ip >/dev/null || { echo none; exit 0; }
ip addr; echo =; ip -4 route get 8.8.8.8 2>/dev/null; echo =; ip -6 route get 2404:6800:400a:800::1012 2>/dev/null
:`;

/**
 * Addresses of the host itself (127.*) and `::1` are left out of the lists; a default that is not there is `{}`. All
 * is null on a host without an `ip`: nothing else tells addresses.
 */
export const networkFacts = factSource({
  kind: "network",
  names: ["interfaces", "all_ipv4_addresses", "all_ipv6_addresses", "default_ipv4", "default_ipv6"],
  subjects: ["system:network", "file:/etc/network/interfaces"],
  script: SCRIPT,
  parse: (text) => {
    if (text === "none\n") return NOT_TOLD;
    const [addresses = "", route4 = "", route6 = ""] = text.split(/^=\n/m);
    const interfaces = parseInterfaces(addresses);
    return {
      interfaces: interfaces.map(({ name }) => name),
      all_ipv4_addresses: interfaces
        .flatMap(({ ipv4 }) => ipv4.map(({ address }) => address))
        .filter((address) => !address.startsWith("127.")),
      all_ipv6_addresses: interfaces
        .flatMap(({ ipv6 }) => ipv6.map(({ address }) => address))
        .filter((address) => address !== "::1"),
      default_ipv4: defaultOf(interfaces, "ipv4", route4),
      default_ipv6: defaultOf(interfaces, "ipv6", route6),
    };
  },
});

const NOT_TOLD = {
  interfaces: null,
  all_ipv4_addresses: null,
  all_ipv6_addresses: null,
  default_ipv4: null,
  default_ipv6: null,
};

function defaultOf(interfaces: readonly Interface[], family: "ipv4" | "ipv6", route: string): object {
  const told = (word: string) => new RegExp(`\\b${word} (\\S+)`).exec(route)?.[1];
  const [device, source, gateway] = [told("dev"), told("src"), told("via")];
  const found = interfaces.find(({ name }) => name === device);
  const own = found?.[family].find(({ address }) => address === source);
  // A route through lo says that there is none to the outside.
  if (found === undefined || source === undefined || device === "lo") return {};
  return {
    address: source,
    interface: found.name,
    gateway: gateway ?? null,
    macaddress: found.macaddress,
    mtu: found.mtu,
    type: found.type,
    ...(own && { prefix: String(own.prefix) }),
    ...(own && family === "ipv6" && { scope: own.scope }),
    ...(own && family === "ipv4" && inIpv4(source, own)),
  };
}

function inIpv4(address: string, { prefix, broadcast }: { prefix: number; broadcast: string | null }): object {
  return { netmask: netmask(prefix), network: network(address, prefix), broadcast };
}
