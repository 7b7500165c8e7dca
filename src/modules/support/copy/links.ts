import type { Change } from "../../../contract/change.js";
import { type Read, Unknown } from "../../../contract/query.js";
import { fileStat } from "../../../probes/file-stat.js";
import { parentOf, tidy } from "../../../probes/file-way.js";
import { type FileParams, fileParams } from "../file/params.js";
import { linkChanges, observeLink, type SymbolicLink } from "../file/link.js";
import { answering } from "./assuming.js";
import type { CopyParams } from "./params.js";

interface WantedLink {
  readonly path: string;
  readonly target: string;
}

/**
 * Links of a tree. Where one leads to or through another of the tree, or up and out of its folder by `..`, what is
 * there now does not tell where it will end.
 */
export function observeLinks(
  read: Read,
  links: readonly WantedLink[],
  given: CopyParams,
): Promise<readonly SymbolicLink[]> {
  return Promise.all(
    links.map(({ path, target }) => {
      const end = tidy(target.startsWith("/") ? target : `${parentOf(path)}/${target}`);
      const leadsOn =
        `${end}/`.includes("/../") ||
        links.some((other) => other.path !== path && `${end}/`.startsWith(`${other.path}/`));
      const query = fileStat(end);
      const cause = { kind: "disturbs", subject: `file:${end}` } as const;
      const unknown = { value: new Unknown(query, `the links of ${given.src ?? ""}`, cause, undefined) };
      const careful = leadsOn ? answering(read, ({ id }) => (id === query.id ? unknown : undefined)) : read;
      return observeLink(careful, linkParams(path, target, given), true);
    }),
  );
}

export function treeLinkChanges(links: readonly SymbolicLink[], given: CopyParams): readonly Change[] {
  return links.flatMap((link) => linkChanges(link, linkParams(link.destination.path, link.src, given)));
}

function linkParams(path: string, src: string, { owner, group }: CopyParams): FileParams {
  return fileParams.parse({ path, src, state: "link", follow: false, force: true, owner, group });
}
