/** The text with blanks for what stands in quotes: offsets stay. */
export function withoutStrings(text: string): string {
  return text.replace(/"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'/g, (all) => {
    const quote = all[0] ?? "";
    return quote + " ".repeat(all.length - 2) + quote;
  });
}

/** On one line, of at most so many characters. */
export function shorten(text: string, most = 60): string {
  const line = text.replace(/\s+/g, " ").trim();
  return line.length > most ? `${line.slice(0, most - 1)}…` : line;
}
