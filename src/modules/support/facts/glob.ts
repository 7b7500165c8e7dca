/** A shell-style pattern as Python's fnmatch takes it: `*`, `?`, `[abc]`, `[!abc]`. */
export function glob(pattern: string): RegExp {
  const source = pattern.replace(/\[!?[^\]]+\]|[\s\S]/g, (part) => {
    if (part === "*") return "[\\s\\S]*";
    if (part === "?") return "[\\s\\S]";
    if (part.length === 1) return escape(part);
    return part.startsWith("[!") ? `[^${inSet(part.slice(2, -1))}]` : `[${inSet(part.slice(1, -1))}]`;
  });
  return new RegExp(`^${source}$`);
}

function escape(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/]/g, "\\$&");
}

/** A hyphen keeps its meaning: `[a-f]`. */
function inSet(text: string): string {
  return text.replace(/[\\^[\]]/g, "\\$&");
}
