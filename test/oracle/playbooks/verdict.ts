import { isDeepStrictEqual } from "node:util";
import type { Answer } from "./answer.js";
import type { OurAnswer } from "./ask-fettle.js";
import type { Case, Recorded } from "./case.js";

const PARTS = ["plays", "tasks", "recap", "files"] as const;

/** Those parts of two answers that differ. */
export function differing(theirs: Answer, ours: Answer): { ansible: Partial<Answer>; fettle: Partial<Answer> } {
  const parts = PARTS.filter((part) => !isDeepStrictEqual(theirs[part], ours[part]));
  const of = (answer: Answer): Partial<Answer> => Object.fromEntries(parts.map((part) => [part, answer[part]]));
  return { ansible: of(theirs), fettle: of(ours) };
}

/** What is wrong with fettle's answer; undefined when it is as it should be. */
export function complaintOf(one: Case, theirs: Recorded, ours: OurAnswer): string | undefined {
  if (one.error !== undefined) {
    if (!("error" in ours)) return "fettle ran it, and it should be an error";
    if (!ours.error.includes(one.error)) return `another error:\n${ours.error}\ninstead of\n${one.error}`;
    return theirs.answer !== undefined && one.differs === undefined ? "Ansible runs it; give a reason" : undefined;
  }
  if ("error" in ours) return `fettle does not run it:\n${ours.error}`;
  const { answer } = theirs;
  if (answer === undefined) return `Ansible does not run it:\n${theirs.refused}`;
  const { ansible, fettle } = differing(answer, ours.answer);
  if (one.differs !== undefined) {
    if (Object.keys(fettle).length === 0) return "it does not differ any more";
    return isDeepStrictEqual(fettle, one.fettle) ? undefined : `fettle: another difference\n${json(fettle)}`;
  }
  if (Object.keys(fettle).length === 0) return undefined;
  return `not as Ansible\nAnsible: ${json(ansible)}\nfettle: ${json(fettle)}`;
}

const json = (value: unknown): string => JSON.stringify(value, null, 1);
