/** Options of a line and the parameters that they mean. */
const OPTIONS: Readonly<Record<string, string>> = {
  arch: "architectures",
  lang: "languages",
  target: "targets",
  pdiffs: "pdiffs",
  "by-hash": "by_hash",
  "check-date": "check_date",
  "check-valid-until": "check_valid_until",
  "date-max-future": "date_max_future",
  "inrelease-path": "inrelease_path",
  "signed-by": "signed_by",
  trusted: "trusted",
  "allow-insecure": "allow_insecure",
  "allow-weak": "allow_weak",
  "allow-downgrade-to-insecure": "allow_downgrade_to_insecure",
};
const LISTS = new Set(["architectures", "languages", "targets"]);
const FLAGS = new Set(
  "pdiffs by_hash check_date check_valid_until trusted allow_insecure allow_weak allow_downgrade_to_insecure".split(
    " ",
  ),
);

/** `deb [signed-by=… arch=amd64] URI SUITE COMPONENT…` as parameters; the problem in words where it is no such line. */
export function readLine(line: string): Readonly<Record<string, unknown>> | { readonly problem: string } {
  if (/^ppa:/.test(line)) return { problem: "is a PPA, which is not supported; write its deb line and its key" };
  const [, type, options = "", rest = ""] = /^(deb|deb-src)\s+(?:\[([^\]]*)\]\s*)?(.*)$/.exec(line.trim()) ?? [];
  if (type === undefined)
    return { problem: "is no line of apt's; write it as: deb https://example.com/debian bookworm main" };
  const [uri, suite, ...components] = rest.split(/\s+/).filter(Boolean);
  if (uri === undefined || suite === undefined) return { problem: "needs a URI and a suite" };
  const found: Record<string, unknown> = { types: [type], uris: [uri], suites: [suite] };
  if (components.length > 0) found["components"] = components;
  for (const option of options.split(/\s+/).filter(Boolean)) {
    const [, name = "", value = ""] = /^([a-z-]+)=(.*)$/.exec(option) ?? [];
    const param = OPTIONS[name];
    if (param === undefined) return { problem: `has an option that is not supported: ${option}` };
    found[param] = valueOf(param, value);
  }
  return found;
}

function valueOf(param: string, value: string): unknown {
  if (LISTS.has(param)) return value.split(",");
  return FLAGS.has(param) ? /^(yes|true|with|on|enable|1)$/i.test(value) : value;
}

/** As Ansible names the file of a repository: by where it is. */
export function nameOfUri(uri: string): string {
  return uri
    .replace(/^[a-z0-9+]+:\/*/i, "")
    .replace(/^[^/@]*@/, "")
    .replace(/[^A-Za-z0-9]+/g, "_")
    .replace(/^_+|_+$/g, "");
}
