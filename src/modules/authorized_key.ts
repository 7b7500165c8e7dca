import type { Change } from "../contract/change.js";
import { defineModule } from "../contract/module.js";
import type { Read } from "../contract/query.js";
import { bytesOf } from "./support/edit/bytes.js";
import { openBytes } from "./support/edit/codec.js";
import { keysChange } from "./support/keys/change.js";
import { formatKey } from "./support/keys/line.js";
import { withKeys, withoutKeys } from "./support/keys/list.js";
import { type KeyParams, keyParams } from "./support/keys/params.js";
import { type KeyPlace, readPlace } from "./support/keys/place.js";

interface KeyState {
  readonly place: KeyPlace;
  readonly before: Buffer;
  readonly after: Buffer;
}

export const authorizedKey = defineModule<KeyParams, KeyState>({
  name: "authorized_key",
  summary: "Let public keys log in as a user, or not",
  description: [
    "A key that is there with other options or another comment is changed where it stands. Keys are checked: what sshd",
    "would pass over without a word is an error. URLs are not fetched.",
    "",
    "What lies in a user's home is in that user's hands. So root writes there as that user, never through a symbolic link",
    "that somebody else than root owns, and only while the file is what was read. A folder outside of the home, named by",
    "`path`, keeps its owner and mode (Ansible gives it to the user).",
    "",
    "The file and its folder get the modes 0600 and 0700 when keys change, as in Ansible; otherwise they stay as they are.",
  ].join("\n"),
  class: "state",
  params: keyParams,
  waves: 2,
  returns: {
    user: "The user.",
    keyfile: "The file.",
    key: "The keys, one a line, as they stand in the file.",
    key_options: "As given.",
    comment: "As given.",
    exclusive: "As given.",
    manage_dir: "As given.",
    path: "As given.",
    state: "As given.",
  },
  examples: [
    {
      name: "A key from a file beside the playbook",
      yaml: '- name: Ada may log in\n  authorized_key:\n    user: ada\n    key: <%= file("keys/ada.pub") %>',
    },
    {
      name: "Only these, from one network",
      yaml: '- name: who may deploy\n  authorized_key:\n    user: deploy\n    key:\n      - ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAINdWcjLEE7wGjFHrRTkVYD+T1xqgqjbExuVbGmXQO0Zz ada\n    key_options: no-agent-forwarding,from="192.0.2.0/24"\n    exclusive: true',
    },
    {
      name: "Gone",
      yaml: "- name: not any more\n  authorized_key:\n    user: ada\n    state: absent\n    key: ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAINdWcjLEE7wGjFHrRTkVYD+T1xqgqjbExuVbGmXQO0Zz ada",
    },
  ],
  observe,
  diff,
  mayTouch: ({ user, path }) => [
    { kind: "disturbs", subject: `file:${path ?? `/home/${user}/.ssh/authorized_keys`}` },
    ...(path === undefined ? [{ kind: "disturbs", subject: `file:/home/${user}/.ssh` } as const] : []),
  ],
  result: (_outputs, { keys, user, state, exclusive, manage_dir, key_options, comment, path }, { place }) => ({
    ...{ user, state, exclusive, manage_dir, key_options: key_options ?? null, comment: comment ?? null },
    path: path ?? null,
    keyfile: place.path,
    key: keys.map(formatKey).join("\n"),
  }),
});

async function observe(read: Read, given: KeyParams): Promise<KeyState> {
  const place = await readPlace(read, given);
  const before = bytesOf(place.path, place.text);
  const { text, encode, word } = openBytes(before);
  const keys = given.keys.map((key) => ({ ...key, options: word(key.options), comment: word(key.comment) }));
  const after = encode(given.state === "absent" ? withoutKeys(text, keys) : withKeys(text, keys, given.exclusive));
  return { place, before, after };
}

function diff({ place, before, after }: KeyState, given: KeyParams): readonly Change[] {
  return before.equals(after) ? [] : [keysChange(place, given, before, after)];
}
