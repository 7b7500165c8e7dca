import * as z from "zod";
import type { Subject } from "../../../contract/subject.js";
import { flag, number, text } from "../../values.js";
import { type Request, requests } from "./request.js";

const UPGRADES = {
  no: null,
  false: null,
  safe: "safe",
  yes: "safe",
  true: "safe",
  full: "full",
  dist: "full",
} as const;

const badSubject = 'must be like "file:/etc/nginx/**", "service:nginx", "user:www-data" or "group:www-data"';

const subject = () =>
  text()
    .refine((one) => /^(file:\/|(service|user|group):[^\s])/.test(one), { error: badSubject })
    .transform((one) => one as Subject);

export const namesText =
  "Packages: a list, or a text with commas. `name=version` asks for a version; it may have wildcards.";

export const stateParam = () =>
  z
    .enum(["present", "latest", "absent"], {
      error: ({ input }) =>
        input === "build-dep" || input === "fixed"
          ? `"${input}" is not supported; use the module command with apt-get`
          : "must be one of present, latest, absent",
    })
    .default("present")
    .describe("`present`: installed, whatever version. `latest`: the version apt would choose. `absent`: removed.");

export const bringsParam = () =>
  z
    .union([z.array(subject()), subject().transform((only) => [only])], { error: badSubject })
    .optional()
    .describe(
      "What the packages bring, so that a dry run knows that all else stays: `file:/etc/nginx/**`, `service:nginx`, `user:www-data`, `group:www-data`. Absent: anything of these kinds.",
    );

/** What would make apt ignore what protects a host. `false` is what it is anyway. */
const forbidden = (remedy: string) =>
  flag()
    .refine((on) => !on, { error: `is not supported: ${remedy}` })
    .optional()
    .describe(`Not supported: ${remedy}.`);

const raw = z.strictObject({
  name: requests().optional().describe(namesText),
  pkg: requests().optional().describe("The same as `name`."),
  package: requests().optional().describe("The same as `name`."),
  state: stateParam(),
  update_cache: flag()
    .optional()
    .describe("Fetch the package lists before, when they are older than `cache_valid_time`."),
  cache_valid_time: number()
    .pipe(z.number().int({ error: "must be whole seconds" }))
    .optional()
    .describe("Seconds that lists stay good; implies `update_cache`. 0: never. Absent: five minutes."),
  upgrade: z
    .union(
      [
        z.boolean().transform((on) => (on ? "yes" : "no")),
        z.enum(["no", "safe", "yes", "full", "dist", "false", "true"]),
      ],
      {
        error: "must be one of no, safe, yes, full, dist",
      },
    )
    .default("no")
    .transform((word) => UPGRADES[word])
    .describe("Upgrade all packages. `safe`, `yes`: without removing any. `full`, `dist`: also where others must go."),
  purge: flag().default(false).describe("With `absent`: remove configuration too."),
  autoremove: flag()
    .default(false)
    .describe("Remove packages that were only installed for others and are not needed now."),
  install_recommends: flag().optional().describe("Install recommended packages too. Absent: as apt is set up."),
  default_release: text()
    .refine((one) => /^[A-Za-z0-9][A-Za-z0-9.:=/_-]*$/.test(one), { error: "is not the name of a release" })
    .optional()
    .describe("The release to prefer, as `bookworm-backports`."),
  only_upgrade: flag().default(false).describe("Leave alone what is not installed."),
  allow_downgrade: flag().default(false).describe("Allow an older version than the installed one."),
  lock_timeout: number()
    .pipe(z.number().int({ error: "must be whole seconds" }))
    .default(60)
    .describe("Seconds to wait for another apt or dpkg to end."),
  dpkg_options: text()
    .refine((one) => /^[a-z][a-z=-]*(,[a-z][a-z=-]*)*$/.test(one), {
      error: "must be dpkg's options without --, with commas",
    })
    .default("force-confdef,force-confold")
    .describe("Options for dpkg, with commas. The default keeps configuration files that somebody has changed."),
  brings: bringsParam(),
  force_apt_get: flag().optional().describe("Accepted and ignored: it is always apt-get."),
  deb: text()
    .refine((path) => !/^https?:/.test(path), {
      error: "must be a file on the host: URLs are not supported; fetch it in a task before",
    })
    .refine((path) => /^\/.*\.deb$/.test(path), { error: "must be the absolute path of a .deb file on the host" })
    .optional()
    .describe(
      "A package's file on the host to install, with what it needs from repositories. Left alone is a package of the same version.",
    ),
  autoclean: flag()
    .default(false)
    .describe("Remove files of packages that apt has kept and that its lists do not name any more."),
  clean: flag().default(false).describe("Remove all files of packages that apt has kept."),
  allow_unauthenticated: forbidden("install only from repositories whose key apt knows"),
  force: forbidden("name what is to be allowed, as allow_downgrade"),
});

export const aptParams = raw.superRefine((given, issues) => {
  const problem = (message: string): void => issues.addIssue({ code: "custom", message });
  const named = [given.name, given.pkg, given.package, given.deb].filter((one) => one !== undefined);
  const { update_cache, cache_valid_time, upgrade, autoremove, clean, autoclean } = given;
  if (named.length > 1) problem("takes only one of name, pkg, package and deb");
  if (given.deb !== undefined && given.state !== "present") problem("takes deb only with state: present");
  if (named.length > 0 && upgrade !== null) problem("takes name or upgrade, not both");
  const asks =
    upgrade !== null || autoremove || clean || autoclean || update_cache === true || cache_valid_time !== undefined;
  if (named.length === 0 && !asks) problem("needs name, deb, upgrade, update_cache, autoremove or autoclean");
});

export type AptParams = z.output<typeof aptParams>;

/** Empty: the task is about no package of its own. */
export function requestsOf({ name, pkg, package: other }: AptParams): readonly Request[] {
  return name ?? pkg ?? other ?? [];
}
