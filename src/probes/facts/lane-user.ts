import { databaseScript } from "../accounts.js";
import { factSource } from "./source.js";

/** Whoever the play acts as: root under the play's `become`, else the login user. */
export const laneUserFacts = factSource({
  kind: "user",
  names: ["user_id", "user_uid", "user_gid", "user_gecos", "user_dir", "user_shell"],
  ofUser: true,
  subjects: [],
  resolved: (facts) => [`user:${String(facts.user_id)}`],
  // The name stands for itself in the script: it is asked for on the host.
  script: `u=$(id -un 2>/dev/null || id -u); printf '%s\\n' "$u"; id -u; id -g
${databaseScript("passwd", ["$u"]).replaceAll("'$u'", '"$u"')}`,
  parse: (text) => {
    const [user_id = "", uid, gid, line = ""] = text.split("\n");
    const [, , , , gecos, dir, shell] = line.split(":");
    return {
      user_id,
      user_uid: Number(uid),
      user_gid: Number(gid),
      user_gecos: gecos ?? null,
      user_dir: dir ?? null,
      user_shell: shell ?? null,
    };
  },
});
