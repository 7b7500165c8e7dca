import { execFile } from "node:child_process";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { type Answer, isTemplate, layOut, type Row, type Table } from "./table.js";

/** Ansible tells the result of each task to this; its own forms of output are made for readers. */
const CALLBACK = `
import json
from ansible.plugins.callback import CallbackBase

class CallbackModule(CallbackBase):
    CALLBACK_VERSION = 2.0
    CALLBACK_TYPE = "stdout"
    CALLBACK_NAME = "told"

    def tell(self, result, failed):
        with open("told.jsonl", "a") as file:
            name = result._task.get_name()
            file.write(json.dumps([name, result._result.get("msg", ""), failed]) + "\\n")

    def v2_runner_on_ok(self, result):
        self.tell(result, False)

    def v2_runner_on_failed(self, result, ignore_errors=False):
        self.tell(result, True)
`;

/** Evaluates all rows in one run on this machine. In the order of the rows. */
export async function askAnsible(rows: readonly Row[], table: Table): Promise<readonly Answer[]> {
  const folder = layOut(table);
  try {
    mkdirSync(join(folder, "callback_plugins"));
    writeFileSync(join(folder, "callback_plugins", "told.py"), CALLBACK);
    writeFileSync(
      join(folder, "ansible.cfg"),
      "[defaults]\nstdout_callback = told\ncallback_plugins = callback_plugins\n",
    );
    writeFileSync(join(folder, "play.yml"), JSON.stringify([playOf(rows, table)]));
    const env = { ...process.env, ...table.env, ANSIBLE_CONFIG: join(folder, "ansible.cfg"), LC_ALL: "C.UTF-8" };
    await promisify(execFile)("ansible-playbook", ["-i", "localhost,", "play.yml"], { cwd: folder, env });
    const told = readFileSync(join(folder, "told.jsonl"), "utf8").trim().split("\n");
    const answers = new Map(
      told.map((line) => JSON.parse(line) as [string, string, boolean]).map((one) => [one[0], one]),
    );
    return rows.map((_row, i) => {
      const [, message, failed] = answers.get(`row ${i}`) ?? [];
      if (message === undefined) throw new Error(`Ansible said nothing of row ${i}`);
      return failed === true ? { refused: message.replaceAll(folder, "{folder}") } : answerIn(message);
    });
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function playOf(rows: readonly Row[], table: Table): object {
  const tasks = rows.map((row, i) => ({
    name: `row ${i}`,
    // What begins with a bracket would be read as Python.
    debug: { msg: isTemplate(row) ? `text:${row.jinja}` : `json:{{ [${row.jinja}] | to_json }}` },
    ignore_errors: true,
    ...(row.vars !== undefined && { vars: row.vars }),
  }));
  return { hosts: "localhost", connection: "local", gather_facts: false, vars: table.vars, tasks };
}

function answerIn(message: string): Answer {
  const [kind, text] = [message.slice(0, 5), message.slice(5)];
  if (kind === "text:") return { answer: text };
  return { answer: (JSON.parse(text) as unknown[])[0] };
}
