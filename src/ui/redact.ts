/** What stands in every sink where a secret was. */
export const redacted = "‹secret›";

/** Shorter values are in every text: to blot them out would only show where they are. */
const minSecretLength = 4;
/** A line of a multi-line secret (a key) is looked for on its own when it is at least so long. */
const minLineLength = 8;

export type Redact = (text: string) => string;

/** Replaces known secret values, and the forms in which they commonly turn up: base64, JSON, URL, line by line. */
export function createRedactor(secrets: () => readonly string[]): Redact {
  let known: readonly string[] = [];
  let pattern: RegExp | undefined;
  return (text) => {
    const current = secrets();
    if (current.length !== known.length || current.some((secret, i) => secret !== known[i])) {
      known = [...current];
      pattern = patternOf(known);
    }
    return pattern === undefined ? text : text.replace(pattern, redacted);
  };
}

/** All texts inside a value, keys included; bytes become text. Shared and circular parts stay so. */
export function redactDeep<T>(value: T, redact: Redact): T {
  return mapped(value, redact, new Map()) as T;
}

function mapped(value: unknown, redact: Redact, seen: Map<object, unknown>): unknown {
  if (typeof value === "string") return redact(value);
  if (value instanceof Uint8Array) return redact(Buffer.from(value).toString("utf8"));
  if (typeof value !== "object" || value === null) return value;
  const known = seen.get(value);
  if (known !== undefined) return known;
  if (Array.isArray(value)) {
    const list: unknown[] = [];
    seen.set(value, list);
    for (const part of value as unknown[]) list.push(mapped(part, redact, seen));
    return list;
  }
  const record: Record<string, unknown> = {};
  seen.set(value, record);
  for (const [key, part] of Object.entries(value)) {
    const property = { value: mapped(part, redact, seen), enumerable: true, writable: true, configurable: true };
    Object.defineProperty(record, redact(key), property);
  }
  return record;
}

function patternOf(secrets: readonly string[]): RegExp | undefined {
  const forms = new Set(secrets.filter((secret) => secret.trim().length >= minSecretLength).flatMap(formsOf));
  if (forms.size === 0) return undefined;
  const longestFirst = [...forms].sort((a, b) => b.length - a.length);
  return new RegExp(longestFirst.map((form) => form.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&")).join("|"), "g");
}

function formsOf(secret: string): string[] {
  const whole = [secret, secret.trim()];
  const lines = secret.split("\n").filter((line) => line.trim().length >= minLineLength);
  return [...whole, ...lines].flatMap((text) => [
    text,
    JSON.stringify(text).slice(1, -1),
    encodeURIComponent(text.replace(/[\ud800-\udfff]/g, "")) || text,
    ...base64Forms(text),
  ]);
}

/** base64 of a text that holds the secret at any offset: what of it does not depend on the neighbours. */
function base64Forms(text: string): string[] {
  const bytes = Buffer.from(text);
  return [0, 1, 2].flatMap((offset) => {
    const encoded = Buffer.concat([Buffer.alloc(offset), bytes])
      .toString("base64")
      .replace(/=+$/, "");
    const start = [0, 2, 3][offset] ?? 0;
    const end = (offset + bytes.length) % 3 === 0 ? encoded.length : encoded.length - 1;
    const stable = encoded.slice(start, end);
    return stable.length < minLineLength ? [] : [stable, stable.replace(/\+/g, "-").replace(/\//g, "_")];
  });
}
