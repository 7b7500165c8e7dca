import type { LoadedPlay } from "../language/index.js";

/** Names of connection variables; a name that is nearly one of them was meant to be it. */
const CONNECTION = [
  ...["ansible_host", "ansible_port", "ansible_user", "ansible_password", "ansible_connection", "ansible_timeout"],
  ...["ansible_ssh_private_key_file", "ansible_private_key_file", "ansible_ssh_common_args", "ansible_ssh_extra_args"],
  ...["ansible_become", "ansible_become_user", "ansible_become_password", "ansible_become_method", "ansible_ssh_pass"],
  ...["ansible_ssh_host", "ansible_ssh_port", "ansible_ssh_user"],
];

/** What is no error and seldom meant: told before the run. */
export function adviceOn(
  plays: readonly LoadedPlay[],
  { tags, names }: { readonly tags: readonly string[]; readonly names: readonly string[] },
): readonly string[] {
  return [...misspelt(names), ...(chooseNothing(plays, tags) ? [`no task has the tag ${quoted(tags)}`] : [])];
}

function misspelt(names: readonly string[]): readonly string[] {
  return names.flatMap((name) => {
    if (!name.startsWith("ansible_") || CONNECTION.includes(name)) return [];
    const meant = CONNECTION.find((known) => isSlip(name, known));
    return meant === undefined ? [] : [`${name} means nothing to fettle; did you mean ${meant}?`];
  });
}

/** Letters in another order, one more, one less or another one: other names of Ansible's are further away. */
function isSlip(name: string, known: string): boolean {
  const left = Array.from(name);
  const missing = Array.from(known).filter((letter) => {
    const at = left.indexOf(letter);
    if (at >= 0) left.splice(at, 1);
    return at < 0;
  });
  return left.length + missing.length <= 2;
}

function chooseNothing(plays: readonly LoadedPlay[], tags: readonly string[]): boolean {
  const isChosen = tags.length > 0 && !tags.some((tag) => ["all", "tagged", "untagged"].includes(tag));
  return (
    isChosen &&
    plays.every((play) => play.sections.every(({ tasks }) => tasks.every(({ tags: own }) => own.includes("always"))))
  );
}

function quoted(tags: readonly string[]): string {
  return tags.map((tag) => JSON.stringify(tag)).join(" or ");
}
