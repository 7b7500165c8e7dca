/** The text with blanks for what stands in quotes: offsets stay. */
export function withoutStrings(text: string): string {
  return text.replace(/"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'/g, (all) => {
    const quote = all[0] ?? "";
    return quote + " ".repeat(all.length - 2) + quote;
  });
}

/** On one line, of at most 60 characters. */
export function shorten(text: string): string {
  const line = text.replace(/\s+/g, " ").trim();
  return line.length > 60 ? `${line.slice(0, 59)}…` : line;
}
