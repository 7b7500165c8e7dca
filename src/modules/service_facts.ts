import * as z from "zod";
import { hostError } from "../contract/error.js";
import { defineModule } from "../contract/module.js";
import { serviceFacts } from "../probes/facts/services.js";

const params = z.strictObject({});

type Services = Readonly<Record<string, unknown>>;

export const serviceFactsModule = defineModule<object, Services>({
  name: "service_facts",
  summary: "Read which services there are, and which of them run",
  description: [
    "Playbooks need it only for `register`: `facts.services` is the same, read when it is first used, and stays as it is until",
    "the play ends or `meta: clear_facts`. This looks each time. Only systemd is asked.",
  ].join("\n"),
  class: "read",
  params,
  returns: {
    ansible_facts:
      "`services`: for each unit (`nginx.service`) its `name`, `state` (running, stopped, inactive), `status` (enabled, disabled, static, masked …) and `source`.",
  },
  examples: [
    { name: "All services", yaml: "- name: what runs\n  service_facts:\n  register: found" },
    {
      name: "One of them",
      yaml: '- name: cron runs\n  service_facts:\n  register: found\n  failed_when: found.ansible_facts.services["cron.service"].state !== "running"',
    },
  ],
  observe: async (read) => {
    const services = (await read(serviceFacts.query))["services"] as Services | null;
    if (services !== null) return services;
    throw hostError("systemd does not run on this host, so nobody knows its services");
  },
  diff: () => [],
  result: (_outputs, _given, services) => ({ changed: false, ansible_facts: { services } }),
});
