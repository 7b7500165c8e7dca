/** One aspect of a host that can be read or changed, as fine as is useful: "service:nginx/active" and
 * "service:nginx/enabled" are two. File subjects are absolute paths: "file:/etc/nginx/nginx.conf". */
export type Subject = `${SubjectKind}:${string}`;

export type SubjectKind = "file" | "package" | "service" | "user" | "group" | "firewall" | "kernel" | "system";

/** A subject, or a family of them: a trailing `/**` is everything below, a trailing `*` any ending
 * ("file:/etc/nginx/**", "service:*", "service:nginx/*"). The folder itself is not under its `/**`. */
export type SubjectPattern = Subject;

/** Of a question whose answer may hang on anything: every change touches it. */
export const UNBOUNDED: Subject = "system:unbounded";

/** Whether a change of what `pattern` names may alter what `subject` names. */
export function matches(pattern: SubjectPattern, subject: Subject): boolean {
  if (subject === UNBOUNDED) return true;
  if (pattern.endsWith("/**")) return subject.startsWith(pattern.slice(0, -2));
  if (pattern.endsWith("*")) return subject.startsWith(pattern.slice(0, -1));
  return pattern === subject;
}
