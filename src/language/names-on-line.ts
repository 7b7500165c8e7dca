import { GLOBALS } from "./evaluate.js";

const WORDS = new Set(
  (
    "break case catch class const continue debugger default delete do else export extends finally for function if import in " +
    "instanceof let new return super switch this throw try typeof var void while with yield true false null of async await"
  ).split(" "),
);
/** What stands behind these is an expression as it is. */
const BARE = /^\s*(?:-\s+)?(?:when|until|changed_when|failed_when|loop|var|with_\w+):\s+(.*)$/;
const TAG = /<%(?![%#])[-=_]?([\s\S]*?)[-_]?%>/g;

/**
 * The names that a line of a template uses, with what stands behind their dots: `app.port`. A line of another text is
 * taken as one expression when it has no tags (`when: app.enabled`).
 */
export function namesOnLine(line: string): readonly string[] {
  const tags = [...line.matchAll(TAG)].map((match) => match[1] ?? "");
  const code = tags.length > 0 ? tags : [BARE.exec(line)?.[1] ?? ""];
  return [...new Set(namesIn(code.join(" ; ")))];
}

function namesIn(code: string): readonly string[] {
  // Names in texts are none; in `${…}` of a template literal they are.
  const bare = code
    .replace(/`(?:\\.|[^`\\])*`/g, (text) => [...text.matchAll(/\$\{([^}]*)\}/g)].map((one) => one[1]).join(" ; "))
    .replace(/"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'/g, '""');
  const own = new Set(
    [...bare.matchAll(/(?:\b(?:const|let|var)\s+|[(,]\s*)(\w+)(?=\s*(?:=>|\)\s*=>|\s+of\b|=[^=]))/g)].map(
      (one) => one[1],
    ),
  );
  const paths = [
    ...bare.matchAll(/(?<![\w$]|(?<!\.\.)\.)([A-Za-z_$][\w$]*)((?:\.[A-Za-z_$][\w$]*)*)(\s*\()?(?!\s*:[^:])/g),
  ];
  return paths.flatMap(([, name = "", rest = "", call]) => {
    if (WORDS.has(name) || name in GLOBALS || own.has(name)) return [];
    if (call === undefined) return `${name}${rest}`;
    // A method is no part of the variable; a function by itself is none of the user's.
    return rest === "" ? [] : `${name}${rest.slice(0, rest.lastIndexOf("."))}`;
  });
}
