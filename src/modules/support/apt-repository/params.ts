import * as z from "zod";
import { flag, text } from "../../values.js";
import { mode } from "../mode.js";
import { nameOfUri, readLine } from "./line.js";
import type { Repository } from "./observe.js";
import { sourceParams, sourceProblems } from "./source-params.js";

const source = z.strictObject(sourceParams);

const common = {
  state: z
    .enum(["present", "absent"], { error: "must be present or absent" })
    .default("present")
    .describe("`absent`: the files of source and key are removed."),
  mode: mode().default("0644").describe("Permissions of the source's file."),
};

/** What becomes the name of files: nothing that leaves their folder, and nothing that apt would pass over. */
const fileName = (strange: RegExp) =>
  text().transform((given, issues) => {
    const name = given.replace(/\.(list|sources)$/, "").replace(strange, "-");
    if (/^[A-Za-z0-9_][A-Za-z0-9_.-]*$/.test(name)) return name;
    issues.addIssue({ code: "custom", message: "is no name of a file; write letters, digits, _, - and dots" });
    return z.NEVER;
  });

export const deb822Params = z
  .strictObject({
    name: fileName(/[^A-Za-z0-9_.-]+/g).describe("Of the repository; its files are called after it."),
    ...sourceParams,
    ...common,
    update_cache: flag()
      .default(false)
      .describe("Fetch the lists after a change, and take a source only when its lists can be fetched."),
  })
  .transform(({ name, state, mode: bits, update_cache, ...rest }, issues): Repository => {
    require(rest, state, issues);
    return { name, state, mode: bits, update_cache, source: rest };
  });

const repoParam = text()
  .optional()
  .describe("The repository as a line of apt's: `deb [arch=amd64] https://example.com/debian bookworm main`.");

export const aptRepositoryParams = z
  .strictObject({
    repo: repoParam,
    filename: fileName(/(?!)/g).optional().describe("Name of the files, without `.sources`. Absent: made of the URI."),
    ...sourceParams,
    ...common,
    update_cache: flag()
      .default(true)
      .describe("Fetch the lists after a change, and take a source only when its lists can be fetched."),
    validate_certs: flag().optional().describe("Accepted and ignored: certificates are always checked."),
    install_python_apt: flag().optional().describe("Accepted and ignored: no Python is needed."),
  })
  .transform(({ repo, filename, state, mode: bits, update_cache, ...given }, issues): Repository => {
    const problem = (message: string, path: string[] = []): never => {
      issues.addIssue({ code: "custom", message, path });
      return z.NEVER;
    };
    const { validate_certs: _certs, install_python_apt: _python, ...own } = given;
    if (repo !== undefined && (own.uris ?? own.suites ?? own.components) !== undefined)
      return problem("says where the repository is; leave out uris, suites and components", ["repo"]);
    const line = repo === undefined ? {} : readLine(repo);
    if ("problem" in line) return problem(String(line["problem"]), ["repo"]);
    const merged = source.safeParse({ ...own, ...line });
    if (!merged.success) {
      const [issue] = merged.error.issues;
      return problem(`${issue?.path.join(".") ?? ""} ${issue?.message ?? ""}`, ["repo"]);
    }
    const name = filename ?? nameOfUri(merged.data.uris?.[0] ?? "");
    if (name === "") return problem("needs repo, or uris and suites");
    require(merged.data, state, issues);
    return { name, state, mode: bits, update_cache, source: merged.data };
  });

/** Ansible's names for both are the same, and so are the rules. */
function require(given: z.output<typeof source>, state: "present" | "absent", issues: z.core.$RefinementCtx): void {
  const problem = (message: string, name = ""): void => {
    issues.addIssue({ code: "custom", message, path: name === "" ? [] : [name] });
  };
  if (state === "absent") return;
  if (given.uris === undefined) problem("needs uris");
  if (given.suites === undefined) problem("needs suites");
  for (const [message, name] of sourceProblems(given)) problem(message, name);
}
