import { factSource } from "./source.js";

interface Installed {
  readonly name: string;
  readonly version: string;
  readonly arch: string;
  readonly source: "apt" | "rpm";
}

const SCRIPT = `if command -v dpkg-query >/dev/null; then echo apt
dpkg-query -W -f '\${db:Status-Status}|\${Package}|\${Version}|\${Architecture}\\n'
elif command -v rpm >/dev/null; then echo rpm
rpm -qa --qf 'installed|%{NAME}|%{VERSION}-%{RELEASE}|%{ARCH}\\n'; fi`;

/**
 * `packages`: name → the versions of it that are installed. null on a host with neither dpkg nor rpm. Its subjects are
 * those that every installation and every removal disturbs, whatever its name.
 */
export const packageFacts = factSource({
  kind: "packages",
  names: ["packages"],
  subjects: ["package:+", "package:-"],
  resolved: ({ packages }) => Object.keys(packages ?? {}).map((name) => `package:${name}` as const),
  cost: "dear",
  script: SCRIPT,
  parse: (text) => {
    const [source, ...lines] = text.trimEnd().split("\n");
    if (source !== "apt" && source !== "rpm") return { packages: null };
    const found: Record<string, Installed[]> = {};
    for (const line of lines) {
      const [status, name = "", version = "", arch = ""] = line.split("|");
      if (status === "installed") (found[name] ??= []).push({ name, version, arch, source });
    }
    return { packages: found };
  },
});
