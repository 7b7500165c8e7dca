import * as z from "zod";
import { defineModule, type ReadVariables } from "../contract/module.js";
import { number } from "./values.js";

const DIR_ONLY = ["depth", "files_matching", "ignore_files", "extensions", "ignore_unknown_extensions"] as const;

const params = z
  .strictObject({
    file: z.string().optional().describe("A file of variables: in the role's vars/, beside the playbook, or its path."),
    dir: z
      .string()
      .optional()
      .describe(
        "A folder: all its files, those of its folders too, in the order of their names. In a role: below vars/.",
      ),
    name: z.string().optional().describe("Put all of them into one variable of this name. Absent: each is its own."),
    depth: number().optional().describe("With `dir`: how many folders to read at most. Absent or 0: all."),
    files_matching: z.string().optional().describe("With `dir`: a regular expression that the names must match."),
    ignore_files: z
      .array(z.string())
      .optional()
      .describe("With `dir`: regular expressions of the ends of names to leave out."),
    extensions: z.array(z.string()).optional().describe("With `dir`: what names may end in. Absent: yaml, yml, json."),
    ignore_unknown_extensions: z
      .boolean()
      .optional()
      .describe("With `dir`: leave out files with other endings. Absent: they are an error."),
  })
  .refine(({ file, dir }) => (file === undefined) !== (dir === undefined), { error: "needs file or dir, not both" })
  .refine((given) => given.dir !== undefined || DIR_ONLY.every((key) => given[key] === undefined), {
    error: `${DIR_ONLY.join(", ")} need dir`,
  });

export const includeVars = defineModule<z.output<typeof params>, ReadVariables>({
  name: "include_vars",
  summary: "Read variables from files, chosen when the task is at its turn",
  description: [
    "They are this host's until the run ends, above the variables of roles, blocks and tasks, below `set_fact` and",
    "registers. Their values are templates, rendered when they are used. A file whose name is known beforehand is read",
    "before anything is touched as well, so that its mistakes are told then.",
  ].join("\n"),
  class: "control",
  freeForm: "file",
  params,
  setsVariables: "any",
  returns: { ansible_included_var_files: "The files that were read." },
  examples: [
    {
      name: "What differs between distributions",
      yaml: '- name: names of packages\n  include_vars: <%= item %>\n  with_first_found:\n    - files: ["<%= facts.distribution %>.yml", default.yml]\n      skip: true',
    },
    {
      name: "All files of a folder, in one variable",
      yaml: "- name: sites\n  include_vars:\n    dir: sites\n    name: sites\n  when: false",
    },
  ],
  observe: (_read, given, local) =>
    local.variables({
      ...(given.file !== undefined && { file: given.file }),
      ...(given.dir !== undefined && { dir: given.dir }),
      ...(given.name !== undefined && { name: given.name }),
      ...(given.files_matching !== undefined && { filesMatching: given.files_matching }),
      depth: given.depth ?? 0,
      ignoreFiles: given.ignore_files ?? [],
      extensions: given.extensions ?? ["yaml", "yml", "json"],
      ignoreUnknownExtensions: given.ignore_unknown_extensions ?? false,
    }),
  diff: () => [],
  result: (_outputs, _given, { files, definitions }) => ({
    changed: false,
    ansible_included_var_files: files,
    definitions: { rank: "include_vars", values: definitions },
  }),
});
