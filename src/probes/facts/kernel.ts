import { factSource } from "./source.js";

export const kernelFacts = factSource({
  kind: "kernel",
  names: ["system", "kernel", "kernel_version", "machine", "architecture"],
  subjects: ["kernel:release"],
  script: "uname -s; uname -r; uname -v; uname -m",
  parse: (text) => {
    const [system, kernel, kernel_version, machine = ""] = text.split("\n");
    return { system, kernel, kernel_version, machine, architecture: /^i[3-6]86$/.test(machine) ? "i386" : machine };
  },
});
