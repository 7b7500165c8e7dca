import type { SourceParams } from "./source-params.js";

/** The text of a `.sources` file. `signedBy`: a path, or fingerprints. */
export function deb822(given: SourceParams, signedBy: string | undefined): string {
  const yes = (on: boolean | undefined): string | undefined => (on === undefined ? undefined : on ? "yes" : "no");
  const list = (words: readonly string[] | undefined): string | undefined => words?.join(" ");
  const fields: Readonly<Record<string, string | undefined>> = {
    Enabled: given.enabled ? undefined : "no",
    Types: list(given.types),
    URIs: list(given.uris),
    Suites: list(given.suites),
    Components: list(given.components),
    Architectures: list(given.architectures),
    Languages: list(given.languages),
    Targets: list(given.targets),
    PDiffs: yes(given.pdiffs),
    "By-Hash": yes(given.by_hash),
    "Check-Date": yes(given.check_date),
    "Check-Valid-Until": yes(given.check_valid_until),
    "Date-Max-Future": given.date_max_future?.toString(),
    "InRelease-Path": given.inrelease_path,
    "Signed-By": signedBy,
  };
  return Object.entries(fields)
    .flatMap(([name, value]) => (value === undefined ? [] : [`${name}: ${value}\n`]))
    .join("");
}
