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

/** `words` as for the simulation: the command first. */
export function aptGet([command = "", ...words]: readonly string[], given: AptParams): ExecStep {
  const dpkg = given.dpkg_options.split(",").flatMap((option) => ["-o", `Dpkg::Options::=--${option}`]);
  // Without a terminal of its own dpkg draws no progress bars into the output.
  const quiet = ["-o", "Dpkg::Use-Pty=0"];
  const lock = ["-o", `DPkg::Lock::Timeout=${given.lock_timeout}`];
  return { do: "exec", argv: ["apt-get", command, "-y", "-q", ...quiet, ...lock, ...dpkg, ...words], environment };
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
