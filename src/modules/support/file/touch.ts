import type { Change } from "../../../contract/change.js";
import { hostError } from "../../../contract/error.js";
import type { Read } from "../../../contract/query.js";
import type { ExecStep } from "../../../contract/step.js";
import { type Delivery, deliveryChanges, observeDelivery } from "../deliver.js";
import { textContent } from "../content.js";
import { type Destination, readDestination, requireTrustedWay } from "../destination.js";
import { placeOf, statEffect } from "../write.js";
import { attributeChanges } from "./attributes.js";
import type { FileParams } from "./params.js";

export interface Touch {
  readonly kind: "touch";
  readonly destination: Destination;
  /** Set when nothing is there. */
  readonly delivery?: Delivery;
}

export async function observeTouch(read: Read, given: FileParams): Promise<Touch> {
  const destination = await readDestination(read, given.path, given);
  const place = placeOf(destination, given.follow);
  if (place.entry === null) {
    const options = { attributes: given, follow: given.follow, backup: false, force: true };
    const delivery = await observeDelivery(read, given.path, undefined, textContent(""), options);
    return { kind: "touch", destination, delivery };
  }
  if (place.entry.type === "link")
    throw hostError(`${given.path} is a symbolic link`, { remedy: "write follow: true" });
  const state: Touch = { kind: "touch", destination };
  if (touchChanges(state, given).length > 0) requireTrustedWay(destination, place);
  return state;
}

export function touchChanges({ destination, delivery }: Touch, given: FileParams): readonly Change[] {
  if (delivery !== undefined) return deliveryChanges(delivery);
  const place = placeOf(destination, given.follow);
  const step = timeStep(place.real, given);
  const attributes = attributeChanges(destination, given);
  if (step === undefined) return attributes;
  const effects = attributes.length > 0 ? [] : [statEffect(place, place.entry)];
  const times: Change = { summary: `touch ${destination.path}`, title: destination.path, effects, steps: [step] };
  return [times, ...attributes];
}

/** Whether it changes something every time. */
export function touchesAlways(given: FileParams): boolean {
  return given.state === "touch" && !(given.access_time === "preserve" && given.modification_time === "preserve");
}

function timeStep(path: string, { access_time, modification_time }: FileParams): ExecStep | undefined {
  const access = access_time !== "preserve";
  const modification = modification_time !== "preserve";
  if (!access && !modification) return undefined;
  const which = access && modification ? [] : [access ? "-a" : "-m"];
  return { do: "exec", argv: ["touch", "-c", ...which, "--", path] };
}
