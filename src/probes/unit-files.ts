/** `worker@a.service` is read from that file, or else from `worker@.service`. */
export function fileNames(unit: string): readonly string[] {
  const template = unit.replace(/@.+(?=\.[a-z]+$)/, "@");
  return template === unit ? [unit] : [unit, template];
}

/** `a-b.service` takes what is in `a-b.service.d`, `a-.service.d` and `service.d`. */
export function dropInFolders(unit: string): readonly string[] {
  const type = /\.([a-z]+)$/.exec(unit)?.[1] ?? "service";
  const stem = unit.slice(0, -type.length - 1);
  const prefixes = [...stem.matchAll(/-/g)].map(({ index }) => `${stem.slice(0, index + 1)}.${type}`);
  return [...fileNames(unit), ...prefixes, type].map((name) => `${name}.d`);
}
