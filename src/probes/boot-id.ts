import { defineProbe } from "../contract/query.js";

/** Another one after each boot; null: the kernel has none (it is not Linux). */
export const bootId = defineProbe<null, string | null>({
  kind: "bootId",
  identify: () => "",
  subjects: () => ["system:boot"],
  script: () => ({ text: "cat /proc/sys/kernel/random/boot_id 2>/dev/null\n:" }),
  parse: (output) => [output.toString().trim() || null],
});
