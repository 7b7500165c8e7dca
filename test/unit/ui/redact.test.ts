import { expect } from "chai";
import fc from "fast-check";
import { createRedactor, redactDeep } from "../../../src/ui/redact.js";

const secret = "hunter2-canary";
const redact = createRedactor(() => [secret]);

describe("createRedactor", () => {
  it("replaces the value wherever it stands", () => {
    expect(redact(`a=${secret};b=${secret}`)).to.equal("a=‹secret›;b=‹secret›");
  });

  it("replaces base64 of any text that holds it", () => {
    for (const before of ["", "u", "us", "user"]) {
      const encoded = Buffer.from(`${before}:${secret}\n`).toString("base64");
      expect(redact(`Authorization: Basic ${encoded}`), encoded).to.include("‹secret›");
    }
  });

  it("leaves nothing of base64 that tells the secret", () => {
    fc.assert(
      fc.property(fc.string({ minLength: 12 }), fc.string(), fc.string(), (value, before, after) => {
        fc.pre(value.trim().length >= 12);
        const text = createRedactor(() => [value])(Buffer.from(before + value + after).toString("base64"));
        expect(text).to.include("‹secret›");
      }),
    );
  });

  it("replaces what JSON and URLs make of it", () => {
    const odd = createRedactor(() => ['pa"ss wörd\\']);
    expect(odd(JSON.stringify({ x: 'pa"ss wörd\\' }))).to.equal('{"x":"‹secret›"}');
    expect(odd(encodeURIComponent('pa"ss wörd\\'))).to.equal("‹secret›");
  });

  it("replaces the lines of a long secret one by one", () => {
    const key = createRedactor(() => ["-----BEGIN\nAAAABBBBCCCC\nDDDDEEEE\n-----END\n"]);
    expect(key("+AAAABBBBCCCC\n+DDDDEEEE")).to.equal("+‹secret›\n+‹secret›");
  });

  it("replaces the longer of two secrets that begin alike", () => {
    expect(createRedactor(() => ["abcd", "abcdefgh"])("abcdefgh abcd")).to.equal("‹secret› ‹secret›");
  });

  it("leaves very short values", () => {
    expect(createRedactor(() => ["a", ""])("banana")).to.equal("banana");
  });

  it("learns values while it runs", () => {
    const known: string[] = [];
    const learning = createRedactor(() => known);
    expect(learning(secret)).to.equal(secret);
    known.push(secret);
    expect(learning(secret)).to.equal("‹secret›");
  });
});

describe("redactDeep", () => {
  it("reaches keys, lists and bytes, and leaves the rest", () => {
    const value = { [secret]: [secret, 1, null, true], bytes: Buffer.from(`x${secret}`), undef: undefined };
    expect(redactDeep<unknown>(value, redact)).to.deep.equal({
      "‹secret›": ["‹secret›", 1, null, true],
      bytes: "x‹secret›",
      undef: undefined,
    });
  });

  it("survives circles and does not set prototypes", () => {
    const circle: Record<string, unknown> = JSON.parse('{"__proto__": {"polluted": true}}') as Record<string, unknown>;
    circle["self"] = circle;
    const copy = redactDeep(circle, redact);
    expect(copy["self"]).to.equal(copy);
    expect(copy["polluted"]).to.equal(undefined);
  });
});
