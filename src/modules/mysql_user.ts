import { disturbs } from "../contract/change.js";
import { hostError } from "../contract/error.js";
import { defineModule } from "../contract/module.js";
import { type Read, Unknown } from "../contract/query.js";
import { account, type AccountKey, hostsOf, letsIn, ways } from "../probes/mysql/account.js";
import { server } from "../probes/mysql/server.js";
import { ask, dataSubject, type Flavor } from "../probes/mysql/session.js";
import { loginNotes, loginOf } from "./support/mysql/login-params.js";
import { wishOf } from "./support/mysql/user-auth.js";
import { type UserParams, userParams } from "./support/mysql/user-params.js";
import { changesOf, type SeenAccount } from "./support/mysql/user-plan.js";

interface UserState {
  readonly flavor: Flavor;
  readonly accounts: readonly SeenAccount[];
}

export const mysqlUser = defineModule<UserParams, UserState>({
  name: "mysql_user",
  summary: "Make accounts of MariaDB or MySQL exist or not, with their passwords and privileges",
  description: [
    "As community.mysql's. `priv` is all that the account may, unless `append_privs` or `subtract_privs`: the rest is taken away",
    "(but never from root); roles and proxies are left alone. `GRANT` among the privileges may pass them on.",
    "",
    "A password is given to the server as it is, which makes a hash of its own kind of it; it is compared with that hash. MariaDB's",
    "login by the socket stays beside a new password. Unlike Ansible, absent `tls_requires` leaves requirements as they are, and an",
    "empty password is refused.",
    "",
    loginNotes,
  ].join("\n"),
  class: "state",
  waves: 2,
  params: userParams,
  secrets: ["password", { name: "plugin_hash_string", isSecret: mayBeHash }, "plugin_auth_string", "login_password"],
  returns: {
    user: "The name.",
    host: "The host.",
    password_changed: "Whether how it lets in has changed.",
    msg: "What was done.",
  },
  examples: [
    {
      name: "What an application may",
      yaml: "- name: the shop's account\n  mysql_user:\n    name: shop\n    host: 10.0.0.%\n    password: <%= shop_password %>\n    priv:\n      shop.*: SELECT,INSERT,UPDATE,DELETE",
    },
    {
      name: "An account for replicas, by TLS only",
      yaml: '- name: for replicas\n  mysql_user:\n    name: repl\n    host: "%"\n    password: <%= repl_password %>\n    priv: "*.*:REPLICATION SLAVE"\n    tls_requires:\n      ssl:',
    },
    {
      name: "Nobody without a name",
      yaml: "- name: no anonymous users\n  mysql_user:\n    name: ''\n    host_all: true\n    state: absent",
    },
  ],
  observe,
  diff: ({ flavor, accounts }, given) => accounts.flatMap((seen) => changesOf(seen, flavor, given)),
  mayTouch: ({ name, host }) => [
    ...["account", "ways"].map((aspect) => disturbs(`system:mysql/${aspect}/${name}@${host}`)),
    disturbs(`system:mysql/hosts/${name}`),
    disturbs(dataSubject),
  ],
  result: (_outputs, given, { flavor, accounts }) => {
    const changes = accounts.flatMap((seen) => changesOf(seen, flavor, given));
    const isNewWay = changes.some(({ after }) => typeof after === "object" && after !== null && "password" in after);
    const msg = changes.length === 0 ? "nothing to do" : changes.map(({ summary }) => summary).join("; ");
    return { user: given.name, host: given.host, password_changed: isNewWay, msg };
  },
});

/** The shortest hash has 16 digits. Of unix_socket and pam it is the name of a user or of a service, as `mysql`. */
function mayBeHash(text: string): boolean {
  return text.length >= 16;
}

async function observe(read: Read, given: UserParams): Promise<UserState> {
  const login = loginOf(given);
  const accounts = async (hosts: readonly string[]): Promise<readonly SeenAccount[]> =>
    Promise.all(hosts.map((host) => look(read, { name: given.name, host }, given)));
  const [{ flavor }, found] = await Promise.all([
    read(ask(login, server)),
    given.host_all ? read(ask(login, hostsOf(given.name))).then(accounts) : accounts([given.host]),
  ]);
  if (found.length === 0 && given.state === "present") {
    throw hostError(`there is no account of ${given.name} at any host`, { remedy: "write host: in place of host_all" });
  }
  return { flavor, accounts: found };
}

async function look(read: Read, key: AccountKey, given: UserParams): Promise<SeenAccount> {
  const login = loginOf(given);
  const wish = given.state === "present" ? wishOf(given) : undefined;
  const password = wish?.kind === "password" ? wish.password : undefined;
  const [found, isLetIn, itsWays] = await Promise.all([
    read(ask(login, account(key))),
    password === undefined ? false : read(ask(login, letsIn(key, password))),
    wish === undefined ? [] : read.maybe(ask(login, ways(key))),
  ]);
  // Which ways there are only matters where the wanted one is not among them.
  // eslint-disable-next-line @typescript-eslint/only-throw-error -- An Unknown is let through as it is.
  if (itsWays instanceof Unknown && isLetIn !== true && given.update_password === "always") throw itsWays;
  const known = itsWays instanceof Unknown || itsWays === null ? [] : itsWays;
  return { key, account: found, ways: known, letsIn: isLetIn === true };
}
