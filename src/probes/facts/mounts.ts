import { factSource } from "./source.js";

/** Devices and network shares, and whatever `/` is on; a share that does not answer must not hang the run. */
const SCRIPT = `while read -r d m t o _; do case $d in /*|*:/*) ;; *) [ "$m" = / ] || continue ;; esac
printf 'M %s %s %s %s\\n' "$d" "$m" "$t" "$o"
p=$(printf '%b' "$m"); timeout 5 stat -f -c 'S %S %b %a %c %d' -- "$p" 2>/dev/null </dev/null; done </proc/self/mounts
:`;

/** Sizes are in bytes; those of a mount that cannot be asked are null. */
export const mountFacts = factSource({
  kind: "mounts",
  names: ["mounts"],
  subjects: ["system:mounts", "file:/etc/fstab"],
  script: SCRIPT,
  parse: (text) => ({ mounts: text.split(/^M /m).filter(Boolean).map(mount) }),
});

function mount(record: string): object {
  const [line = "", sizes = ""] = record.split("\n");
  const [device = "", path = "", fstype = "", options = ""] = line.split(" ").map(unescaped);
  return { mount: path, device, fstype, options, ...sizesOf(sizes) };
}

function sizesOf(line: string): object {
  const numbers = /^S (\d+) (\d+) (\d+) (\d+) (\d+)$/.exec(line)?.slice(1).map(Number);
  const [block = null, total = null, available = null, inodes = null, inodesFree = null] = numbers ?? [];
  const bytes = (blocks: number | null) => (blocks === null || block === null ? null : blocks * block);
  return {
    block_size: block,
    block_total: total,
    block_available: available,
    block_used: total === null || available === null ? null : total - available,
    size_total: bytes(total),
    size_available: bytes(available),
    inode_total: inodes,
    inode_available: inodesFree,
    inode_used: inodes === null || inodesFree === null ? null : inodes - inodesFree,
  };
}

/** The kernel writes a space in a name as `\040`. */
function unescaped(word: string): string {
  return word.replace(/\\([0-7]{3})/g, (_all, octal: string) => String.fromCharCode(parseInt(octal, 8)));
}
