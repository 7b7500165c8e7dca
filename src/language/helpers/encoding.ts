import { createHash, getHashes } from "node:crypto";
import { inputError } from "../../contract/error.js";
import { helper, type Helpers, isMapping, listOf, textOf } from "./helper.js";

export const ENCODING: Helpers = {
  b64encode: helper("b64encode(text)", "base64 of the text's UTF-8.", (text: unknown) =>
    Buffer.from(textOf("b64encode", text)).toString("base64"),
  ),
  b64decode: helper("b64decode(text)", "The UTF-8 text that base64 stands for.", b64decode),
  hash: helper('hash(text, type = "sha1")', "The digest as hexadecimal digits: sha1, sha256, sha512, md5 …", hash),
  checksum: helper("checksum(text)", "The SHA-1 of the text, as Ansible's `checksum` and `sha1`.", (text: unknown) =>
    hash(text, "sha1"),
  ),
  toUuid: helper("toUuid(text, namespace)", "The UUID that always belongs to the text.", toUuid, "to_uuid"),
  urlencode: helper("urlencode(value)", "A text, or a mapping as `a=1&b=2`, for a URL.", urlencode),
  urldecode: helper("urldecode(text)", "The text of one from a URL.", (text: unknown) =>
    decodeURIComponent(textOf("urldecode", text).replaceAll("+", " ")),
  ),
  urlsplit: helper('urlsplit(url, "hostname")', "The parts of a URL, or one of them.", urlsplit),
};

function b64decode(text: unknown): string {
  const given = textOf("b64decode", text);
  if (!/^[A-Za-z0-9+/\s]*={0,2}\s*$/.test(given)) throw inputError("b64decode: this is no base64");
  const bytes = Buffer.from(given, "base64");
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw inputError("b64decode: what this stands for is no UTF-8 text");
  }
}

function hash(text: unknown, type: unknown = "sha1"): string {
  const name = textOf("hash", type);
  if (!getHashes().includes(name.toLowerCase()))
    throw inputError(`hash: there is no type "${name}"`, {
      remedy: "known are md5, sha1, sha224, sha256, sha384, sha512",
    });
  return createHash(name).update(textOf("hash", text)).digest("hex");
}

const OF_ANSIBLE = "361E6D51-FAEC-444A-9079-341386DA8E2E";

/** Version 5: a SHA-1 of the namespace and the text. */
function toUuid(text: unknown, namespace: unknown = OF_ANSIBLE): string {
  const digits = textOf("toUuid", namespace).replaceAll("-", "");
  if (!/^[\da-f]{32}$/i.test(digits)) throw inputError(`toUuid: "${String(namespace)}" is no UUID`);
  const bytes = createHash("sha1").update(Buffer.from(digits, "hex")).update(textOf("toUuid", text)).digest();
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x50;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  return bytes.toString("hex", 0, 16).replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}

/** Jinja leaves slashes alone in a text, not in a mapping. */
function urlencode(value: unknown): string {
  const encoded = (text: unknown, safe = ""): string =>
    encodeURIComponent(textOf("urlencode", text))
      .replace(/[!'()*]/g, (one) => `%${one.charCodeAt(0).toString(16).toUpperCase()}`)
      .replace(/%2F/g, safe === "" ? "%2F" : safe);
  if (typeof value !== "object" || value === null) return encoded(value, "/");
  const entries = isMapping(value) ? Object.entries(value) : (listOf("urlencode", value) as [unknown, unknown][]);
  return entries.map(([name, one]) => `${plus(encoded(name))}=${plus(encoded(one))}`).join("&");
}

const plus = (text: string): string => text.replaceAll("%20", "+");

function urlsplit(url: unknown, part?: unknown): unknown {
  const text = textOf("urlsplit", url);
  const [, scheme = "", , netloc = "", path = "", , query = "", , fragment = ""] =
    /^(?:([a-zA-Z][\w+.-]*):)?(\/\/([^/?#]*))?([^?#]*)(\?([^#]*))?(#(.*))?$/s.exec(text) ?? [];
  const [, , user, , password, host = "", , port] =
    /^((?:([^:@]*)(:(.*))?)@)?(\[[^\]]*\]|[^:]*)(:(\d*))?$/.exec(netloc) ?? [];
  const parts: Readonly<Record<string, unknown>> = {
    ...{ fragment, hostname: host === "" ? null : host.replace(/^\[|\]$/g, "").toLowerCase(), netloc },
    ...{ password: password ?? null, path, port: port === undefined || port === "" ? null : Number(port) },
    ...{ query, scheme: scheme.toLowerCase(), username: user ?? null },
  };
  if (part === undefined) return parts;
  const name = textOf("urlsplit", part);
  if (Object.hasOwn(parts, name)) return parts[name];
  throw inputError(`urlsplit: there is no part "${name}"`, { remedy: `known are ${Object.keys(parts).join(", ")}` });
}
