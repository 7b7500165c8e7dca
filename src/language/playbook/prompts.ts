import { didYouMean } from "../../contract/error.js";
import { type Expression, NotYet, type Scope } from "../../contract/play.js";
import { templateTree } from "../expression.js";
import type { MapNode, Node } from "../nodes.js";
import { type Layer, type Variable, whyNoName } from "../scope.js";
import { passwordHash, randomSalt } from "../helpers/password-hash.js";
import { located, type Source } from "../source.js";
import { asList, asMap, asText, booleanTemplate, entryOf, mapped } from "./values.js";

const KEYS = ["name", "prompt", "default", "private", "confirm", "unsafe", "encrypt", "salt", "salt_size"];

/** A variable of a play that is asked for before anything is touched. What it says of itself may be templates. */
export interface Prompt {
  readonly name: string;
  /** What the person is asked. */
  question(): string;
  /** What is taken for an empty answer. undefined: the empty text. */
  otherwise(): string | undefined;
  /** Not shown while it is typed, nor in any output. */
  isPrivate(): boolean;
  /** Asked twice. */
  confirm(): boolean;
  /** Where an error about it stands. Never rejects. */
  readonly error: (cause: string, remedy: string) => Error;
  /** Gives the variable its value. */
  readonly answer: (value: string) => void;
}

/** `vars_prompt` of a play, and the layer of its variables; they have values when they were answered. */
export function promptsOf(
  node: MapNode,
  source: Source,
  scope: () => Scope,
): { prompts: readonly Prompt[]; layer: Layer } {
  const values = new Map<string, Variable>();
  const prompts = asList(node.get("vars_prompt"), source, "vars_prompt").map((item) => {
    const { prompt, variable } = readPrompt(item, source, scope);
    values.set(prompt.name, variable);
    return prompt;
  });
  return { prompts, layer: { name: "vars_prompt", values } };
}

function readPrompt(item: Node, source: Source, scope: () => Scope): { prompt: Prompt; variable: Variable } {
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
  const text = (key: string): Expression<string> | undefined => textOf(map, key, source);
  const flag = (key: string): Expression<boolean> | undefined => booleanTemplate(entryOf(map, key), source);
  const [question, otherwise, isPrivate, confirm] = [text("prompt"), text("default"), flag("private"), flag("confirm")];
  // A scheme that nobody knows is told before anybody is asked.
  hashOf("", map, source);
  const prompt: Prompt = {
    name,
    question: () => question?.evaluate(scope()) ?? name,
    otherwise: () => otherwise?.evaluate(scope()),
    isPrivate: () => isPrivate?.evaluate(scope()) ?? true,
    confirm: () => confirm?.evaluate(scope()) ?? false,
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

/** Of a number or true its text. */
function textOf(map: MapNode, key: string, source: Source): Expression<string> | undefined {
  const node = map.get(key);
  if (node === undefined || (node.kind === "scalar" && node.value === null)) return undefined;
  return mapped(templateTree(node, source), (value) => {
    if (typeof value === "string" || typeof value === "number" || typeof value === "boolean") return String(value);
    throw source.error(node.place, `${key} must be a text`);
  });
}

/** `encrypt: sha512_crypt`: the variable is what /etc/shadow would hold. */
function hashOf(value: string, map: MapNode, source: Source): string {
  const node = map.get("encrypt");
  if (node === undefined) return value;
  const plain = (key: string): string | undefined => {
    const given = map.get(key);
    return given === undefined ? undefined : asText(given, source, key);
  };
  const size = Number(plain("salt_size") ?? 0);
  const salt = plain("salt") ?? (size > 0 ? randomSalt().slice(0, size) : undefined);
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
