import { factSource } from "./source.js";

/** Whole MiB, as Ansible's `_mb`. */
export const memoryFacts = factSource({
  kind: "memory",
  names: ["memtotal_mb", "memfree_mb", "swaptotal_mb", "swapfree_mb", "memory_mb"],
  subjects: ["system:memory"],
  script: "cat /proc/meminfo",
  parse: (text) => {
    const mb = (name: string) => Math.floor(Number(new RegExp(`^${name}:\\s+(\\d+)`, "m").exec(text)?.[1] ?? 0) / 1024);
    const [total, free, swapTotal, swapFree] = [mb("MemTotal"), mb("MemFree"), mb("SwapTotal"), mb("SwapFree")];
    const idle = free + mb("Cached") + mb("Buffers");
    return {
      memtotal_mb: total,
      memfree_mb: free,
      swaptotal_mb: swapTotal,
      swapfree_mb: swapFree,
      memory_mb: {
        real: { total, free, used: total - free },
        nocache: { free: idle, used: total - idle },
        swap: { total: swapTotal, free: swapFree, used: swapTotal - swapFree, cached: mb("SwapCached") },
      },
    };
  },
});
