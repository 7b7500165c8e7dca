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
 * apt waits for the lock of dpkg, but not for that of its lists: that is tried again until the time is over. The time of
 * their folder, which tells their age, apt only sets when something in it was new, and also when it could not fetch all.
 */
const UPDATE = `end=$(( $(date +%s) + wait ))
while :; do
  { error=$("$@" 2>&1 >&3); } 3>&1
  status=$?
  case $error in
  *"Could not get lock /var/lib/apt/lists/lock"* | *"Unable to lock directory /var/lib/apt/lists/"*)
    if [ "$(date +%s)" -lt "$end" ]; then sleep 1; continue; fi ;;
  esac
  [ -z "$error" ] || printf '%s\\n' "$error" >&2
  if [ "$status" = 0 ]; then touch /var/lib/apt/lists; else touch -d @0 /var/lib/apt/lists; fi
  return "$status"
done`;

export function aptUpdate(given: AptParams): ExecStep {
  const update = ["apt-get", "update", "-q", "-o", "APT::Update::Error-Mode=any"];
  return scriptStep(`wait=${given.lock_timeout}\n${UPDATE}`, update, { environment });
}
