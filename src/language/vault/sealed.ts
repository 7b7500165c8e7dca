import type { FettleError } from "../../contract/error.js";
import type { Expression } from "../../contract/play.js";
import type { ScalarNode } from "../nodes.js";
import { Source } from "../source.js";

/**
 * The value of `!vault`: opened when it is first used, so that one that is never used needs no password. What is in it
 * may be a template, as in any other value. `read` makes the expression of a plain text.
 */
export function sealedText(
  node: ScalarNode,
  source: Source,
  read: (node: ScalarNode, source: Source) => Expression<unknown>,
): Expression<unknown> {
  const { vault } = source;
  const text = String(node.value);
  const fault = (offset: number, cause: string, remedy?: string): FettleError =>
    source.error(node.placeAt(offset), cause, remedy);
  vault.notice(text, fault);
  let opened: Expression<unknown> | undefined;
  const open = (): Expression<unknown> => {
    const plain = vault.open(text, fault).toString("utf8");
    vault.conceal(plain);
    const { place } = node;
    return read(
      { kind: "scalar", value: plain, style: "block", place, placeAt: () => place },
      new Source(source.file, plain, vault, true),
    );
  };
  return {
    // As ansible-inventory shows it.
    source: JSON.stringify({ __ansible_vault: text }),
    place: node.place,
    evaluate: (scope) => vault.conceal((opened ??= open()).evaluate(scope)),
  };
}
