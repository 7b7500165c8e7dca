import * as z from "zod";
import { flag, number, oneOrMore, text } from "../../values.js";

const isWord = (value: string): boolean => /^[^\s\0]+$/.test(value) && !value.startsWith("-");
const isUri = (value: string): boolean => /^(https?|file|cdrom|ftp|copy|mirror[a-z+]*|tor\+https?|s3):\S+$/.test(value);

const word = (what: string) => text().refine(isWord, { error: `is not ${what}` });

const listOf = (is: (value: string) => boolean, error: string) =>
  oneOrMore(text()).refine((values) => values.length > 0 && values.every(is), { error });

const words = (what: string) => listOf(isWord, `is not ${what}`);

/** What would make apt take what nobody has signed. */
const forbidden = (what: string) =>
  flag()
    .refine((on) => !on, { error: `is not supported; ${what}` })
    .optional()
    .describe(`Not supported: ${what}.`);

const SIGN = "have the repository signed, and name its key by signed_by";

/** Full: 40 hexadecimal digits, or 64 of a key of version 6. Spaces are as gpg prints them. */
const fingerprints = () =>
  oneOrMore(text()).transform((given, issues) => {
    const plain = given.map((one) => one.replace(/[\s:]/g, "").replace(/^0x/i, "").toUpperCase());
    if (plain.every((one) => /^(?:[0-9A-F]{40}|[0-9A-F]{64})$/.test(one)) && plain.length > 0) return plain;
    issues.addIssue({
      code: "custom",
      message:
        "is not a full fingerprint, which has 40 hexadecimal digits: short ones can be forged; ask `gpg --show-keys FILE` for it",
    });
    return z.NEVER;
  });

/** Of a repository, as both modules take them. */
export const sourceParams = {
  types: oneOrMore(z.enum(["deb", "deb-src"], { error: "must be deb or deb-src" }))
    .default(["deb"])
    .describe("`deb` for packages, `deb-src` for sources."),
  uris: listOf(isUri, "is not the URI of a repository; write it with https:// or http://")
    .optional()
    .describe("Where the repository is."),
  suites: words("the name of a suite")
    .optional()
    .describe("Suites, as `bookworm`; a path that ends in / for a flat repository."),
  components: words("a component").optional().describe("Components, as `main`. None for a flat repository."),
  architectures: words("an architecture").optional().describe("Absent: those of the host."),
  languages: words("a language").optional().describe("Languages of descriptions. Absent: as apt is set up."),
  targets: words("a target").optional().describe("Kinds of indexes to fetch. Absent: as apt is set up."),
  pdiffs: flag().optional().describe("Fetch only what is new in indexes. Absent: as apt is set up."),
  by_hash: flag().optional().describe("Fetch indexes by their hashes. Absent: as the repository says."),
  check_date: flag().optional().describe("Refuse a repository of the future. Absent: true."),
  check_valid_until: flag().optional().describe("Refuse a repository that says that it is too old. Absent: true."),
  date_max_future: number().optional().describe("Seconds that a repository may lie in the future. Absent: 10."),
  inrelease_path: word("a path").optional().describe("Where in the repository InRelease is. Absent: as usual."),
  enabled: flag().default(true).describe("false: apt does not look at it."),
  signed_by: text()
    .optional()
    .describe(
      "The key: an http(s) URL or the key's own text (both need `fingerprints`), the absolute path of a keyring that is on the host, or the full fingerprint of a key that apt trusts. Absent: any key that apt trusts.",
    ),
  fingerprints: fingerprints()
    .optional()
    .describe(
      "fettle's own: full fingerprints of the keys that are accepted. Every key that `signed_by` brings must be among them.",
    ),
  trusted: forbidden(SIGN),
  allow_insecure: forbidden(SIGN),
  allow_weak: forbidden("have the repository signed by a strong digest"),
  allow_downgrade_to_insecure: forbidden(SIGN),
  lock_timeout: number()
    .pipe(z.number().int({ error: "must be whole seconds" }))
    .default(60)
    .describe("Seconds to wait for another apt to end."),
};

export type SourceParams = z.output<z.ZodObject<typeof sourceParams>>;

/** Where a key comes from. */
export type KeySource =
  | { readonly kind: "url" | "text"; readonly value: string }
  /** Nothing is brought: apt has it. */
  | { readonly kind: "there"; readonly value: string };

export function keySourceOf(signedBy: string | undefined): KeySource | { readonly problem: string } | undefined {
  if (signedBy === undefined) return undefined;
  const value = signedBy.trim();
  if (value.includes("-----BEGIN PGP ")) return { kind: "text", value };
  if (/^https?:\/\/\S+$/.test(value)) return { kind: "url", value };
  if (/^\/\S+$/.test(value)) return { kind: "there", value };
  if (/^[0-9A-Fa-f]{40}!?(?:[,\s]+[0-9A-Fa-f]{40}!?)*$/.test(value))
    return { kind: "there", value: value.replace(/[,\s]+/g, " ") };
  return { problem: "is no URL, key, absolute path or full fingerprint" };
}

/** Rules about several parameters; messages with the parameter that they are about. */
export function sourceProblems(given: SourceParams): readonly (readonly [message: string, name: string])[] {
  const found: (readonly [string, string])[] = [];
  const key = keySourceOf(given.signed_by);
  if (key !== undefined && "problem" in key) found.push([key.problem, "signed_by"]);
  const brings = key !== undefined && "kind" in key && key.kind !== "there";
  if (brings && given.fingerprints === undefined)
    found.push(["brings a key that nobody vouches for; write its full fingerprint below fingerprints:", "signed_by"]);
  if (!brings && given.fingerprints !== undefined)
    found.push(["is for a key that signed_by brings: a URL or a text", "fingerprints"]);
  const isFlat = given.suites?.some((suite) => suite.endsWith("/")) === true;
  if (given.suites !== undefined && isFlat === (given.components !== undefined))
    found.push(isFlat ? ["are not for a flat repository; remove them", "components"] : ["needs components", ""]);
  return found;
}
