"""Says what happens as JSON lines on standard output; answer.ts beside makes an answer of them."""

import json

from ansible.parsing.ajson import AnsibleJSONEncoder
from ansible.playbook.handler import Handler
from ansible.plugins.callback import CallbackBase

DOCUMENTATION = """
name: answer
type: stdout
short_description: JSON lines
description: [What tasks came to, for the comparison with fettle.]
"""

SPOKEN = ("debug", "ansible.builtin.debug", "fail", "ansible.builtin.fail")


class CallbackModule(CallbackBase):
    CALLBACK_VERSION = 2.0
    CALLBACK_TYPE = "stdout"
    CALLBACK_NAME = "answer"

    def __init__(self):
        super().__init__()
        self.begun = None
        self.names = {}
        self.included = {}

    def say(self, **what):
        print(json.dumps(what, cls=AnsibleJSONEncoder), flush=True)

    def settled(self, kind, result, status):
        task, value = result._task, dict(result._result)
        role = task._role.get_name() if task._role else None
        if status == "ok" and value.get("changed"):
            status = "changed"
        said = {
            "host": result._host.get_name(),
            "role": role,
            # That of a loop is rendered only where the task starts.
            "task": self.names.get(task._uuid) if task.loop is not None else result.task_name,
            "module": task.action.split(".")[-1],
            "handler": isinstance(task, Handler),
            "status": status,
        }
        if kind == "item":
            said["label"] = self._get_item_label(value)
        if task.action in SPOKEN and status not in ("skipped", "unreachable"):
            shown = {k: v for k, v in value.items() if not k.startswith("_ansible")}
            said["value"] = shown
        self.say(kind=kind, **said)

    def v2_playbook_on_play_start(self, play):
        self.tell_play()
        self.begun = play

    def tell_play(self):
        """Only when its first task starts: then hosts that failed before have been taken out of it."""
        play, self.begun = self.begun, None
        if play is not None:
            names = play.get_variable_manager().get_vars(play=play)["ansible_play_batch"]
            self.say(kind="play", name=play.get_name(), hosts=names)

    def v2_playbook_on_task_start(self, task, is_conditional):
        self.names[task._uuid] = task.name or task.action
        self.tell_play()

    def v2_playbook_on_handler_task_start(self, task):
        self.v2_playbook_on_task_start(task, False)

    def v2_runner_on_ok(self, result):
        self.settled("task", result, "ok")

    def v2_runner_on_failed(self, result, ignore_errors=False):
        self.settled("task", result, "ignored" if ignore_errors else "failed")

    def v2_runner_on_skipped(self, result):
        self.settled("task", result, "skipped")

    def v2_runner_on_unreachable(self, result):
        self.settled("task", result, "unreachable")

    def v2_runner_item_on_ok(self, result):
        self.settled("item", result, "ok")

    def v2_runner_item_on_failed(self, result):
        self.settled("item", result, "failed")

    def v2_runner_item_on_skipped(self, result):
        self.settled("item", result, "skipped")

    def v2_runner_retry(self, result):
        self.say(kind="retry", host=result._host.get_name(), task=result.task_name)

    def v2_playbook_on_include(self, included_file):
        for host in included_file._hosts:
            name = host.get_name()
            self.included[name] = self.included.get(name, 0) + 1

    def v2_playbook_on_stats(self, stats):
        self.tell_play()
        recap = {host: stats.summarize(host) for host in sorted(stats.processed)}
        # Of tasks each file counts, of roles none: left out on both sides.
        for host, count in self.included.items():
            recap[host]["ok"] -= min(count, stats.ok.get(host, 0))
        self.say(kind="stats", recap=recap)
