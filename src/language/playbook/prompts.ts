import { didYouMean } from "../../contract/error.js";
import { type Expression, NotYet } from "../../contract/play.js";
import type { MapNode, Node } from "../nodes.js";
import { type Layer, type Variable, whyNoName } from "../scope.js";
import { passwordHash, randomSalt } from "../helpers/password-hash.js";
import { located, type Source } from "../source.js";
import { asBoolean, asList, asMap, asText } from "./values.js";

const KEYS = ["name", "prompt", "default", "private", "confirm", "unsafe", "encrypt", "salt", "salt_size"];

/** A variable of a play that is asked for before anything is touched. */
export interface Prompt {
  readonly name: string;
  /** What the person is asked. */
  readonly question: string;
  /** What is taken for an empty answer. Absent: the empty text. */
  readonly otherwise?: string;
  /** Not shown while it is typed, nor in any output. */
  readonly isPrivate: boolean;
  /** Asked twice. */
  readonly confirm: boolean;
  /** Where an error about it stands. Never rejects. */
  readonly error: (cause: string, remedy: string) => Error;
  /** Gives the variable its value. */
  readonly answer: (value: string) => void;
}

/** `vars_prompt` of a play, and the layer of its variables; they have values when they were answered. */
export function promptsOf(node: MapNode, source: Source): { prompts: readonly Prompt[]; layer: Layer } {
  const values = new Map<string, Variable>();
  const prompts = asList(node.get("vars_prompt"), source, "vars_prompt").map((item) => {
    const { prompt, variable } = readPrompt(item, source);
    values.set(prompt.name, variable);
    return prompt;
  });
  return { prompts, layer: { name: "vars_prompt", values } };
}

function readPrompt(item: Node, source: Source): { prompt: Prompt; variable: Variable } {
  const map = asMap(item, source, "an entry of vars_prompt");
  const nameNode = map?.get("name");
  if (map === undefined || nameNode === undefined)
    throw source.error(
      item.place,
      "an entry of vars_prompt needs name:",
      "write - { name: version, prompt: Which version? }",
    );
  checkKeys(map, source);
  const name = asText(nameNode, source, "name");
  const reason = whyNoName(name);
  if (reason !== undefined) throw source.error(nameNode.place, reason, "choose another name");
  const { variable, answer } = answered(name, nameNode);
  const otherwise = textOf(map, "default", source);
  // A scheme that nobody knows is told before anybody is asked.
  hashOf("", map, source);
  const prompt: Prompt = {
    name,
    question: textOf(map, "prompt", source) ?? name,
    ...(otherwise !== undefined && { otherwise }),
    isPrivate: asBoolean(map.get("private"), source, "private") ?? true,
    confirm: asBoolean(map.get("confirm"), source, "confirm") ?? false,
    error: (cause, remedy) => source.error(nameNode.place, cause, remedy),
    answer: (value) => answer(hashOf(value, map, source)),
  };
  return { prompt, variable };
}

function checkKeys(map: MapNode, source: Source): void {
  const strange = map.entries.find(({ key }) => !KEYS.includes(key));
  if (strange === undefined) return;
  const meant = didYouMean(strange.key, KEYS);
  const remedy = meant === undefined ? `it has ${KEYS.join(", ")}` : `did you mean "${meant}"?`;
  throw source.error(strange.keyPlace, `vars_prompt has no key "${strange.key}"`, remedy);
}

function textOf(map: MapNode, key: string, source: Source): string | undefined {
  const node = map.get(key);
  if (node === undefined || (node.kind === "scalar" && node.value === null)) return undefined;
  return node.kind === "scalar" && typeof node.value === "boolean" ? String(node.value) : asText(node, source, key);
}

/** `encrypt: sha512_crypt`: the variable is what /etc/shadow would hold. */
function hashOf(value: string, map: MapNode, source: Source): string {
  const node = map.get("encrypt");
  if (node === undefined) return value;
  const size = Number(textOf(map, "salt_size", source) ?? 0);
  const salt = textOf(map, "salt", source) ?? (size > 0 ? randomSalt().slice(0, size) : undefined);
  return located(() => passwordHash(value, asText(node, source, "encrypt"), salt), source, node);
}

/** Nobody has it before it was answered: what needs it is left open until then. */
function answered(name: string, { place }: Node): { variable: Variable; answer: (value: string) => void } {
  let given: string | undefined;
  const expression: Expression<unknown> = {
    source: name,
    place,
    evaluate: () => {
      if (given === undefined) throw new NotYet(name);
      return given;
    },
  };
  return { variable: { expression, place }, answer: (value) => (given = value) };
}
