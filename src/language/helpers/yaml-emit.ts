import { inputError } from "../../contract/error.js";
import { compareTexts } from "./compare.js";
import { kindOf } from "./helper.js";
import { floatText } from "./numbers.js";
import { styleOf } from "./yaml-scalar-style.js";
import { YamlWriter } from "./yaml-writer.js";

export interface YamlForm {
  readonly indent: number;
  /** Columns after which lines are folded. */
  readonly width: number;
  readonly sortKeys: boolean;
  readonly explicitStart: boolean;
  /** On one line: true all, false nothing, undefined what holds only scalars. */
  readonly flow: boolean | undefined;
}

/** Longer keys get a `?`, and so do those with several lines. */
const MAX_KEY_BYTES = 128;

/** What a node stands in: it decides on indentation, and on what a scalar may look like. */
type Context = "root" | "item" | "key" | "value";

/** A value as libyaml writes it, which Ansible's to_yaml and to_nice_yaml use. Ends with a newline. */
export function emitYaml(value: unknown, form: YamlForm): string {
  const writer = new YamlWriter(form.indent, form.width);
  const emitter = new Emitter(writer, form);
  if (form.explicitStart) writer.indicator("---", true);
  emitter.node(value, "root");
  return writer.finished();
}

class Emitter {
  #flow = 0;

  constructor(
    readonly writer: YamlWriter,
    readonly form: YamlForm,
  ) {}

  node(value: unknown, context: Context): void {
    if (Array.isArray(value)) {
      this.#sequence(value, context);
      return;
    }
    if (typeof value === "object" && value !== null) {
      this.#mapping(value, context);
      return;
    }
    this.writer.deeper(true, false, () => this.#scalar(value, context));
  }

  #scalar(value: unknown, context: Context): void {
    const isKey = context === "key";
    if (typeof value !== "string") {
      this.writer.plain(literal(value), !isKey);
      return;
    }
    switch (styleOf(value, this.#flow > 0, isKey)) {
      case "plain": {
        this.writer.plain(value, !isKey);
        return;
      }
      case "single": {
        this.writer.single(value, !isKey);
        return;
      }
      default: {
        this.writer.double(value, !isKey);
        return;
      }
    }
  }

  #isFlow(parts: readonly unknown[]): boolean {
    if (this.#flow > 0 || parts.length === 0) return true;
    return this.form.flow ?? parts.every((part) => typeof part !== "object" || part === null);
  }

  #sequence(items: readonly unknown[], context: Context): void {
    const { writer } = this;
    if (this.#isFlow(items)) {
      this.#inFlow("[", "]", items, (item) => this.node(item, "item"));
      return;
    }
    // A list that is a mapping's value stands no deeper than its key.
    const sameLevel = context === "value" && !writer.indention;
    writer.deeper(false, sameLevel, () => {
      for (const item of items) {
        writer.newLine();
        writer.indicator("-", true, { indention: true });
        this.node(item, "item");
      }
    });
  }

  #mapping(mapping: object, _context: Context): void {
    const { writer } = this;
    const entries = Object.entries(mapping) as [string, unknown][];
    if (this.form.sortKeys) entries.sort(([a], [b]) => compareTexts(a, b));
    if (this.#isFlow(entries.map(([, value]) => value))) {
      this.#inFlow("{", "}", entries, ([key, value]) => this.#entry(key, value));
      return;
    }
    writer.deeper(false, false, () => {
      for (const [key, value] of entries) {
        writer.newLine();
        this.#entry(key, value);
      }
    });
  }

  #entry(key: string, value: unknown): void {
    const { writer } = this;
    const inFlow = this.#flow > 0;
    if (Buffer.byteLength(key) <= MAX_KEY_BYTES && !/[\n\u2028\u2029]/.test(key)) {
      this.node(key, "key");
      writer.indicator(":", false);
    } else {
      writer.indicator("?", true, { indention: !inFlow });
      this.node(key, "value");
      if (!inFlow) writer.newLine();
      else writer.foldWhenFull();
      writer.indicator(":", true, { indention: !inFlow });
    }
    this.node(value, "value");
  }

  #inFlow<T>(open: string, close: string, parts: readonly T[], write: (part: T) => void): void {
    const { writer } = this;
    writer.indicator(open, true, { whitespace: true });
    this.#flow++;
    writer.deeper(true, false, () => {
      parts.forEach((part, i) => {
        if (i > 0) writer.indicator(",", false);
        writer.foldWhenFull();
        write(part);
      });
    });
    this.#flow--;
    writer.indicator(close, false);
  }
}

function literal(value: unknown): string {
  if (value === null) return "null";
  if (typeof value === "boolean") return String(value);
  if (typeof value !== "number") throw inputError(`toYaml: ${kindOf(value)} has no form in YAML`);
  if (!Number.isFinite(value)) return Number.isNaN(value) ? ".nan" : value < 0 ? "-.inf" : ".inf";
  const text = floatText(value);
  return text.includes(".") ? text : text.replace("e", ".0e");
}
