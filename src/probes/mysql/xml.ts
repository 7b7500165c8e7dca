import { ProbeFailure } from "../../contract/query.js";

/** A row by its columns; SQL's NULL is null. Values are bytes as latin1 text. */
export type Row = Readonly<Record<string, string | null>>;

/** What a client printed for one result. */
export type Rows = readonly Row[];

const RESULT = /<resultset statement="[^"]*"[^>]*>([^]*?)<\/resultset>/g;
const ROW = /<row>([^]*?)<\/row>/g;
const FIELD = /<field name="([^"]*)"(?: xsi:nil="true" \/>|>([^<]*)<\/field>)/g;
const ENTITIES: Readonly<Record<string, string>> = { lt: "<", gt: ">", amp: "&", quot: '"' };

/** All results in a client's XML, one byte one character. Data cannot look like tags: the client escapes it. */
export function resultsOf(xml: string): readonly Rows[] {
  const results = [...xml.matchAll(RESULT)];
  // What is cut off must not look like less data.
  if (xml.split("<resultset ").length - 1 !== results.length)
    throw new ProbeFailure("the server's answer ends too early");
  return results.map(([, body = ""]) => [...body.matchAll(ROW)].map(([, row = ""]) => rowOf(row)));
}

function rowOf(row: string): Row {
  const fields: Record<string, string | null> = Object.create(null) as Record<string, null>;
  for (const [, name = "", value] of row.matchAll(FIELD))
    fields[unescaped(name)] = value === undefined ? null : unescaped(value);
  return fields;
}

function unescaped(text: string): string {
  return text.replace(/&(lt|gt|amp|quot);/g, (_found, name: string) => ENTITIES[name] ?? "");
}

/** Bytes of an answer as the text that they are. */
export function utf8(value: string): string {
  return Buffer.from(value, "latin1").toString("utf8");
}

/** The row with text in place of bytes. */
export function asText(row: Row): Row {
  return Object.fromEntries(
    Object.entries(row).map(([name, value]) => [utf8(name), value === null ? null : utf8(value)]),
  );
}

/** What `HEX(…)` answered, as bytes. */
export function unhex(value: string | null | undefined): Buffer {
  return Buffer.from(value ?? "", "hex");
}

/** A value for a register: what reads as a number is one, as long as it says the same; servers do not tell types apart. */
export function plainValue(value: string | null): string | number | null {
  if (value === null || !/^-?(0|[1-9]\d*)(\.\d+)?$/.test(value)) return value;
  const number = Number(value);
  return String(number) === value && Math.abs(number) <= Number.MAX_SAFE_INTEGER ? number : value;
}
