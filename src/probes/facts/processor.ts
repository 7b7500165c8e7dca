import { factSource } from "./source.js";

export const processorFacts = factSource({
  kind: "processor",
  names: ["processor", "processor_count", "processor_cores", "processor_threads_per_core", "processor_vcpus"],
  subjects: ["kernel:processors"],
  // Without the flags: they are most of the text, once for every processor.
  script: `grep -iE '^(processor|model name|cpu model|physical id|cpu cores|siblings)[[:space:]]*:' /proc/cpuinfo || :`,
  parse: (text) => {
    const lines = text.split("\n").map((line) => line.split(/\s*:\s*/));
    const values = (key: string) => lines.filter(([name]) => name === key).map(([, value = ""]) => value);
    const vcpus = values("processor").length;
    const sockets = new Set(values("physical id")).size;
    const cores = Number(values("cpu cores")[0] ?? 1);
    const siblings = Number(values("siblings")[0] ?? cores);
    return {
      processor: [...values("model name"), ...values("cpu model")],
      // Where the kernel tells no sockets (ARM), every processor counts as one.
      processor_count: sockets === 0 ? vcpus : sockets,
      processor_cores: cores,
      processor_threads_per_core: Math.max(1, Math.floor(siblings / cores)),
      processor_vcpus: vcpus,
    };
  },
});
