import { relative } from "node:path";
import type { Place } from "../contract/error.js";
import { type Found, inputOf, type View } from "../language/index.js";
import { escapeLine } from "../ui/escape.js";

/** What `fettle explain` says of one variable; as it stands with `--output json`. */
export interface Explained {
  readonly variable: string;
  /** Of a role: what its meta/argument_specs.yml says of the input. */
  readonly input?: { readonly role: string; readonly at: string; readonly spec: Readonly<Record<string, unknown>> };
  readonly views: readonly ExplainedView[];
}

export interface ExplainedView {
  /** Which tasks see it so. Absent: what the inventory and the command line say. */
  readonly where?: { readonly play: string; readonly roles: readonly string[]; readonly tasks?: readonly string[] };
  /** From what everything overrides upwards. */
  readonly definitions: readonly ExplainedDefinition[];
  /** Tasks that set it in a run: above the definitions, below those with `aboveTasks`. */
  readonly setBy: readonly { readonly what: string; readonly task: string; readonly at: string }[];
  /** Of the winner; with a path, of what stands there. Absent: known only in a run. */
  readonly value?: unknown;
}

export interface ExplainedDefinition {
  readonly at: string;
  readonly in: string;
  readonly value?: unknown;
  /** Why there is none. Absent too: known only in a run. */
  readonly error?: string;
  readonly wins: boolean;
  readonly aboveTasks: boolean;
}

export function explained(variable: string, rest: readonly string[], views: readonly View[], role?: string): Explained {
  const input = role === undefined ? undefined : roleInput(variable, role, views);
  return { variable, ...(input !== undefined && { input }), views: views.map((view) => explainedView(view, rest)) };
}

function roleInput(variable: string, role: string, views: readonly View[]): Explained["input"] {
  const scope = views.find(({ roles }) => roles?.includes(role) === true)?.scope;
  const folder = scope?.has("role_path") === true ? String(scope.get("role_path")) : undefined;
  const found = folder === undefined ? undefined : inputOf(folder, variable.split(".")[0] ?? "");
  return found === undefined ? undefined : { role, at: placeText(found.place), spec: found.spec };
}

function explainedView(view: View, rest: readonly string[]): ExplainedView {
  const all = [...view.below, ...view.above];
  const winner = view.own ?? all.at(-1);
  const definitions = (view.own === undefined ? all : []).map((one) => ({
    at: one.origin === "-e" ? "-e" : placeText(one.place),
    in: one.origin === "-e" || one.origin === one.place.file ? "" : one.origin.replace(`${one.place.file} `, ""),
    ...("value" in one && { value: one.value }),
    ...(one.error !== undefined && { error: one.error.details.cause }),
    wins: one === winner,
    aboveTasks: view.above.includes(one),
  }));
  const value = winner === undefined ? undefined : at(winner, rest);
  return {
    ...(view.play !== undefined && {
      where: { play: view.play, roles: view.roles ?? [], ...(view.tasks !== undefined && { tasks: view.tasks }) },
    }),
    definitions,
    setBy: view.setBy.map(({ what, task, place }) => ({ what, task, at: placeText(place) })),
    ...(value !== undefined && { value }),
  };
}

function at({ value }: Found, rest: readonly string[]): unknown {
  let inner = value;
  for (const key of rest) inner = (inner as Record<string, unknown> | null | undefined)?.[key];
  return inner;
}

/** For people: the lines of one variable. */
export function explainedText({ variable, input, views }: Explained, host: string): string {
  return [
    `${variable} on ${host}`,
    ...(input === undefined ? [] : [`  an input of the role ${input.role} (${input.at}): ${oneLine(input.spec)}`]),
    ...(views.length === 0 ? ["  nobody defines it; the template does itself, or it is missing"] : []),
    ...views.flatMap(viewLines),
    "",
  ].join("\n");
}

function viewLines(view: ExplainedView): readonly string[] {
  const { where, definitions, setBy } = view;
  const width = Math.max(0, ...definitions.map((one) => `${one.at} ${one.in}`.trimEnd().length));
  const lines = definitions.map((one) => {
    const source = `${one.at} ${one.in}`.trimEnd();
    return `  ${one.wins ? "→" : " "} ${source.padEnd(width)}  ${valueText(one)}`;
  });
  const tasks = setBy.map((one) => `  + ${one.at} ${one.what} of "${escapeLine(one.task)}", when it runs`);
  const below = definitions.filter((one) => !one.aboveTasks).length;
  const what =
    "value" in view ? "a name of fettle's own" : "read from the host when it is used; `fettle facts` shows it";
  const own = definitions.length + setBy.length === 0 ? [`    ${what}`] : [];
  return [
    ...(where === undefined ? [] : [`  ${whereText(where)}`]),
    ...own,
    ...lines.slice(0, below),
    ...tasks,
    ...lines.slice(below),
    ...("value" in view ? [`    = ${oneLine(view.value)}`] : []),
  ];
}

function whereText({ play, roles, tasks }: NonNullable<ExplainedView["where"]>): string {
  const named = roles.filter((role) => role !== "");
  const inRoles =
    named.length === 0
      ? ""
      : `, role ${named.join(", ")}${named.length < roles.length ? " and tasks of the play" : ""}`;
  const some = tasks === undefined ? "" : `: ${shortList(tasks.map((task) => `"${escapeLine(task)}"`))}`;
  return `play "${escapeLine(play)}"${inRoles}${some}`;
}

function shortList(names: readonly string[]): string {
  return names.length <= 3 ? names.join(", ") : `${names.slice(0, 3).join(", ")} and ${names.length - 3} more`;
}

function valueText(one: ExplainedDefinition): string {
  if (one.error !== undefined) return `(${escapeLine(one.error)})`;
  return "value" in one ? oneLine(one.value) : "(known only in a run)";
}

function oneLine(value: unknown): string {
  const text = value === undefined ? "undefined" : JSON.stringify(value);
  return escapeLine(text.length > 200 ? `${text.slice(0, 199)}…` : text);
}

function placeText({ file, line, column }: Place): string {
  const near = relative(".", file);
  const path = file.startsWith("/") && !near.startsWith("..") ? near : file;
  return file === "" || file.startsWith("-") ? file : `${path}:${line}:${column}`;
}
