import { didYouMean } from "../../contract/error.js";
import type { MapNode } from "../nodes.js";
import type { Source } from "../source.js";
import { findModule } from "./args.js";
import type { LoadContext } from "./context.js";
import { PLAY, unknownKeys } from "./keywords.js";

/** A task among plays is one mistake, and so is a misspelt hosts. */
export function checkIsPlay(node: MapNode, source: Source, { problems, registry }: LoadContext): void {
  const unknown = node.entries.filter(({ key }) => !(PLAY as readonly string[]).includes(key));
  const isPlay = node.get("hosts") !== undefined;
  const module = unknown.find(
    ({ key }) => findModule(key, registry) !== undefined || /^(block|import_(tasks|role))$/.test(key),
  );
  if (!isPlay && module !== undefined)
    throw source.error(
      node.place,
      "this is a task, and a play is needed here",
      "write `- hosts: …`, and put it under tasks: of that",
    );
  for (const error of unknownKeys(node, PLAY, "a play", source)) problems.add(error);
  if (!isPlay && !unknown.some(({ key }) => didYouMean(key, ["hosts"]) !== undefined))
    throw source.error(node.place, "a play needs hosts", "write hosts: with a group or a pattern");
}
