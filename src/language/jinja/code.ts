/** A piece of JavaScript that stands for a piece of Jinja. */
export interface Code {
  readonly text: string;
  /** How tightly it holds together: see LEVELS. */
  readonly level: number;
  /** A name with what stands behind dots: `a.b`. */
  readonly path?: string;
  /** The value of a literal text. */
  readonly literal?: string;
}

/** Arguments of a call or filter. */
export interface Args {
  readonly list: readonly Code[];
  readonly named: ReadonlyMap<string, Code>;
}

export const LEVELS = { choice: 1, or: 2, and: 3, equal: 4, order: 5, add: 6, times: 7, power: 8, unary: 9, whole: 10 };

export function code(text: string, level: number = LEVELS.whole): Code {
  return { text, level };
}

export function textCode(value: string): Code {
  return { ...code(JSON.stringify(value)), literal: value };
}

/** In brackets where it would fall apart. */
export function within(one: Code, level: number): string {
  return one.level < level ? `(${one.text})` : one.text;
}

/** Before a dot or a bracket. */
export function before(one: Code): string {
  return /^[\d[{]/.test(one.text) && /^\d/.test(one.text) ? `(${one.text})` : within(one, LEVELS.whole);
}

export function property(of: Code, name: string): Code {
  const text = /^[A-Za-z_$][\w$]*$/.test(name) ? `${before(of)}.${name}` : `${before(of)}[${JSON.stringify(name)}]`;
  return { ...code(text), ...(of.path !== undefined && !name.includes(".") && { path: `${of.path}.${name}` }) };
}

/** `a.b` of something, as attributes of filters are written. */
export function attribute(of: Code, path: string): Code {
  return path
    .split(".")
    .reduce((all, name) => (/^\d+$/.test(name) ? code(`${before(all)}[${name}]`) : property(all, name)), of);
}

export function call(name: string, ...args: readonly string[]): Code {
  return code(`${name}(${args.join(", ")})`);
}

export function method(of: Code, name: string, ...args: readonly string[]): Code {
  return call(`${before(of)}.${name}`, ...args);
}

/** `{ recursive: true }`; nothing when there is nothing in it. */
export function options(given: ReadonlyMap<string, Code>): readonly string[] {
  if (given.size === 0) return [];
  return [`{ ${[...given].map(([name, { text }]) => `${camel(name)}: ${text}`).join(", ")} }`];
}

export function camel(name: string): string {
  return name.replace(/_([a-z])/g, (_all, letter: string) => letter.toUpperCase());
}

/** Its items, inside of another list. */
export function spread({ text }: Code): string {
  return /^\[[^[\]]+\]$/.test(text) ? text.slice(1, -1) : `...${text}`;
}

/** As a key of a mapping. */
export function keyText(key: Code): string {
  return key.literal !== undefined || /^\d+$/.test(key.text) ? key.text : `[${key.text}]`;
}

/** `!x`; of a comparison the opposite one. */
export function negated(of: Code): Code {
  const opposite = / === /.test(of.text) && of.level === LEVELS.equal ? of.text.replace(" === ", " !== ") : undefined;
  if (opposite !== undefined && !/ (===|!==) .* (===|!==) /.test(of.text)) return code(opposite, LEVELS.equal);
  if (of.text.startsWith("!") && of.level === LEVELS.unary) return code(of.text.slice(1));
  return code(`!${within(of, LEVELS.unary)}`, LEVELS.unary);
}
