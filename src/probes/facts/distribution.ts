import { distributionName, osFamily } from "./os-family.js";
import { factSource } from "./source.js";

const SCRIPT = `for f in /etc/os-release /usr/lib/os-release; do [ -r "$f" ] && { cat "$f"; echo; break; }; done
if [ -r /etc/debian_version ]; then printf 'FETTLE_DEBIAN='; cat /etc/debian_version; fi
:`;

export const distributionFacts = factSource({
  kind: "distribution",
  names: ["distribution", "distribution_version", "distribution_major_version", "distribution_release", "os_family"],
  subjects: ["file:/etc/os-release", "file:/usr/lib/os-release", "file:/etc/debian_version"],
  script: SCRIPT,
  parse: (text) => {
    const fields = assignments(text);
    const id = fields.get("ID") ?? "linux";
    const debian = fields.get("FETTLE_DEBIAN");
    // Only Debian leaves its point release out of os-release.
    const point = id === "debian" && debian !== undefined && /^\d/.test(debian) ? debian : undefined;
    const version = point ?? fields.get("VERSION_ID") ?? null;
    return {
      distribution: distributionName(id),
      distribution_version: version,
      distribution_major_version: version?.split(".")[0] ?? null,
      distribution_release: codename(fields, debian),
      os_family: osFamily(id, (fields.get("ID_LIKE") ?? "").split(/\s+/)),
    };
  },
});

/** `trixie/sid` is all that a testing Debian says about its name. */
function codename(fields: ReadonlyMap<string, string>, debian: string | undefined): string | null {
  const told = fields.get("VERSION_CODENAME") ?? fields.get("UBUNTU_CODENAME");
  if (told !== undefined && told !== "") return told;
  const inBrackets = /\(([^)]+)\)/.exec(fields.get("VERSION") ?? "")?.[1];
  return inBrackets ?? (debian !== undefined && /^[a-z]/.test(debian) ? (debian.split("/")[0] ?? null) : null);
}

/** Lines of `KEY=value` as a shell would take them. */
function assignments(text: string): ReadonlyMap<string, string> {
  const fields = new Map<string, string>();
  for (const line of text.split("\n")) {
    const [, key, value] = /^([A-Z_]+)=(.*)$/.exec(line) ?? [];
    if (key !== undefined && value !== undefined) fields.set(key, unquoted(value.trim()));
  }
  return fields;
}

function unquoted(value: string): string {
  if (/^'.*'$/.test(value)) return value.slice(1, -1);
  return (/^".*"$/.test(value) ? value.slice(1, -1) : value).replace(/\\(.)/g, "$1");
}
