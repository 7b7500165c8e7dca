import type { ExecStep } from "../../../contract/step.js";
import { scriptStep } from "../script-step.js";
import type { AptParams } from "./params.js";

/** Nobody is there to answer; messages are those that fettle knows. */
const environment = { DEBIAN_FRONTEND: "noninteractive", APT_LISTCHANGES_FRONTEND: "none", LC_ALL: "C" };

/** Those parameters that change what apt decides. */
export function decisionOptions(given: AptParams): readonly string[] {
  const { install_recommends: recommends, default_release: release } = given;
  return [
    ...(recommends === undefined ? [] : ["-o", `APT::Install-Recommends=${recommends ? "true" : "false"}`]),
    ...(release === undefined ? [] : ["-t", release]),
    ...(given.only_upgrade ? ["--only-upgrade"] : []),
    ...(given.allow_downgrade ? ["--allow-downgrades"] : []),
  ];
}

/**
 * dpkg is ended by its next line when nobody reads its output any more, and leaves the packages half done. So it writes
 * to files: it comes to its end also when the controller or the link is gone.
 */
const TO_FILES = `folder=$(mktemp -d) || return
trap 'rm -rf "$folder"' EXIT
trap 'exit 143' TERM
"$@" >"$folder/out" 2>"$folder/err"
status=$?
cat "$folder/out"
cat "$folder/err" >&2
return "$status"`;

/** `words` as for the simulation: the command first. */
export function aptGet([command = "", ...words]: readonly string[], given: AptParams): ExecStep {
  const dpkg = given.dpkg_options.split(",").flatMap((option) => ["-o", `Dpkg::Options::=--${option}`]);
  // Without a terminal of its own dpkg draws no progress bars into the output.
  const quiet = ["-o", "Dpkg::Use-Pty=0"];
  const lock = ["-o", `DPkg::Lock::Timeout=${given.lock_timeout}`];
  const call = ["apt-get", command, "-y", "-q", ...quiet, ...lock, ...dpkg, ...words];
  return scriptStep(TO_FILES, call, { environment });
}

/**
 * `update COMMAND`: apt waits for the lock of dpkg, but not for that of its lists: that is tried again for $wait
 * seconds. The sign for a candidate's path must not stand in it.
 */
const PATIENT = `update() {
end=$(( $(date "+%""s") + wait ))
while :; do
  { error=$("$@" 2>&1 >&3); } 3>&1
  status=$?
  case $error in
  *"Could not get lock /var/lib/apt/lists/lock"* | *"Unable to lock directory /var/lib/apt/lists/"*)
    if [ "$(date "+%""s")" -lt "$end" ]; then sleep 1; continue; fi ;;
  esac
  [ -z "$error" ] || printf "%""s\\n" "$error" >&2
  return "$status"
done
}`;

/**
 * The time of the lists' folder, which tells their age, apt only sets when something in it was new, and also when it
 * could not fetch all.
 */
const UPDATE = `${PATIENT}
update "$@"
status=$?
if [ "$status" = 0 ]; then touch /var/lib/apt/lists; else touch -d @0 /var/lib/apt/lists; fi
return "$status"`;

const UPDATE_CALL = ["apt-get", "update", "-q", "-o", "APT::Update::Error-Mode=any"] as const;

export function aptUpdate(given: Pick<AptParams, "lock_timeout">): ExecStep {
  return scriptStep(`wait=${given.lock_timeout}\n${UPDATE}`, UPDATE_CALL, { environment });
}

/**
 * Has apt read all sources with a candidate in its place among them, then fetch the lists of that one alone. Arguments:
 * the candidate, its place, seconds to wait, the call.
 */
const TRY = `file=$1 place=$2 wait=$3
shift 3
${PATIENT}
folder=$(mktemp -d) || exit
trap 'rm -rf "$folder"' EXIT
trap 'exit 143' TERM
mkdir "$folder/all" || exit
for source in "\${place%/*}"/*.list "\${place%/*}"/*.sources; do
  [ ! -f "$source" ] || cp -- "$source" "$folder/all/" || exit
done
cp -- "$file" "$folder/all/\${place##*/}" && cp -- "$file" "$folder/candidate.sources" || exit
LC_ALL=C
export LC_ALL
apt-get indextargets -o Dir::Etc::SourceParts="$folder/all" >/dev/null || exit
update "$@" -o Dir::Etc::SourceList="$folder/candidate.sources" -o Dir::Etc::SourceParts=/dev/null \\
  -o APT::Get::List-Cleanup=false >/dev/null`;

/**
 * A command that checks a source (`%s`) for its place: refused is what does not go with other sources, what cannot be
 * fetched, is not signed, signed by others or out of date.
 */
export function tryingSource(place: string, given: Pick<AptParams, "lock_timeout">): readonly string[] {
  return ["sh", "-c", TRY, "try", "%s", place, String(given.lock_timeout), ...UPDATE_CALL];
}
