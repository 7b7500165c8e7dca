/** `*`, `?`, `[abc]` and `[!abc]`, for the whole name. */
export function matchesGlob(pattern: string, name: string): boolean {
  if (!/[*?[]/.test(pattern)) return pattern === name;
  const source = pattern
    .replace(/[.+^${}()|\\]/g, "\\$&")
    .replaceAll("*", ".*")
    .replaceAll("?", ".")
    // A bracket that is never closed stands for itself.
    .replace(/\[(?![^\]]+\])/g, "\\[")
    .replaceAll("[!", "[^");
  return new RegExp(`^${source}$`).test(name);
}
