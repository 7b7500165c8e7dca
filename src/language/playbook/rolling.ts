import { didYouMean } from "../../contract/error.js";
import { NotYet, type Rolling, type Scope } from "../../contract/play.js";
import { templateTree } from "../expression.js";
import type { MapNode, Node } from "../nodes.js";
import type { Source } from "../source.js";

const ORDERS = ["inventory", "reverse_inventory", "sorted", "reverse_sorted", "shuffle"] as const;

/** What hangs on an answer that nobody has given yet (vars_prompt) is evaluated when it is asked for. */
export function rollingOf(node: MapNode, source: Source, scopeNow: () => Scope): Rolling {
  try {
    return evaluated(node, source, scopeNow());
  } catch (error) {
    if (!(error instanceof NotYet)) throw error;
  }
  let known: Rolling | undefined;
  const now = (): Rolling => (known ??= evaluated(node, source, scopeNow()));
  return {
    get serial() {
      return now().serial;
    },
    get order() {
      return now().order;
    },
    get maxFailPercentage() {
      return now().maxFailPercentage;
    },
  };
}

/** `serial`, `order` and `max_fail_percentage` of a play. They may be templates over what is known before any host is. */
function evaluated(node: MapNode, source: Source, scope: Scope): Rolling {
  const value = (key: string): { found: unknown; node: Node } | undefined => {
    const given = node.get(key);
    return given === undefined ? undefined : { found: templateTree(given, source).evaluate(scope), node: given };
  };
  const serial = value("serial");
  const order = value("order");
  const limit = value("max_fail_percentage");
  return {
    serial: serial === undefined ? [] : serialOf(serial.found, serial.node, source),
    order: order === undefined ? "inventory" : orderOf(order.found, order.node, source),
    ...(limit !== undefined && { maxFailPercentage: percentage(limit.found, limit.node, source) }),
  };
}

function serialOf(value: unknown, node: Node, source: Source): Rolling["serial"] {
  const list: readonly unknown[] = Array.isArray(value) ? value : [value];
  return list.map((one, i) => {
    if (typeof one === "number" && Number.isInteger(one) && one >= 0) return one;
    const text = String(one).trim();
    if (/^\d+$/.test(text)) return Number(text);
    if (/^\d+(\.\d+)?%$/.test(text)) return text as `${number}%`;
    const { place } = (node.kind === "seq" ? node.items[i] : undefined) ?? node;
    throw source.error(place, `serial: ${JSON.stringify(one)} is no number of hosts`, 'write 2, "30%", or a list');
  });
}

function orderOf(value: unknown, node: Node, source: Source): Rolling["order"] {
  const found = ORDERS.find((order) => order === value);
  if (found !== undefined) return found;
  const meant = didYouMean(String(value), ORDERS);
  const remedy = meant === undefined ? `write one of ${ORDERS.join(", ")}` : `did you mean "${meant}"?`;
  throw source.error(node.place, `there is no order ${JSON.stringify(value)}`, remedy);
}

function percentage(value: unknown, node: Node, source: Source): number {
  const number = Number(typeof value === "string" ? value.replace(/%$/, "") : value);
  if (typeof value !== "boolean" && value !== null && number >= 0 && number <= 100) return number;
  throw source.error(node.place, "max_fail_percentage must be a number from 0 to 100", "write digits, for example 30");
}
