import { randomBytes } from "node:crypto";
import { defineProbe } from "../contract/query.js";
import type { Subject } from "../contract/subject.js";
import { requestScript } from "./http-script.js";
import { quote } from "./shell.js";

export interface HttpQuestion {
  /** Tells questions apart; nothing of it is secret. */
  readonly id: string;
  readonly subject: Subject;
  /** As the script of a request takes them; the input may be secret, and has no NUL. */
  readonly words: readonly string[];
  readonly input: string;
}

/** What a server answers to a request that only reads, as the script of a request prints it. */
export const httpAnswer = defineProbe<HttpQuestion, Buffer>({
  kind: "httpAnswer",
  identify: ({ id }) => id,
  subjects: ({ subject }) => [subject],
  cost: "dear",
  script: (questions) => ({
    text: questions
      .map(({ words, input }) => {
        const end = `end${randomBytes(16).toString("hex")}`;
        return `( set -- ${words.map(quote).join(" ")}\n${requestScript}\n) 2>&1 <<'${end}' | base64 | tr -d '\\n'\n${input}\n${end}\necho`;
      })
      .join("\n"),
  }),
  parse: (output, questions) => {
    const lines = output.toString("latin1").split("\n");
    return questions.map((_question, i) => Buffer.from(lines[i] ?? "", "base64"));
  },
});
