import { FettleError } from "../../contract/error.js";
import type { VariablesFrom } from "../../contract/module.js";
import type { Task } from "../../contract/play.js";
import type { Source } from "../source.js";
import type { Surroundings } from "./context.js";
import { nothingRead, type PlayFrame } from "./play-frame.js";

/**
 * An include_vars whose file is known beforehand, with the names that it reads: tasks behind it need not wait for it
 * before they use others. What is wrong in the file is told before anything is touched.
 */
export function withReads(task: Task, source: Source, own: Surroundings, frame: PlayFrame): Task {
  const params = task.args.constant?.value;
  const file = params?.["file"];
  if (typeof file !== "string" || task.loop !== undefined) return task;
  const from: VariablesFrom = {
    file,
    ...(typeof params?.["name"] === "string" && { name: params["name"] }),
    ...{ depth: 0, ignoreFiles: [], extensions: [], ignoreUnknownExtensions: false },
  };
  try {
    const { definitions } = frame.local(frame.scope("", nothingRead(""), own), own.role, source).read(from);
    return { ...task, reads: [...definitions.keys()] };
  } catch (error) {
    if (!(error instanceof FettleError)) throw error;
    if (error.details.place !== undefined) throw error;
    // It is missing: its condition, or a task before it, may see to that.
    if (task.when.length > 0) return task;
    throw source.error(task.argPlace(["file"]), error.details.cause, error.details.remedy);
  }
}
