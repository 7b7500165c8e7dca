#!/bin/sh
# Puts back what remember.sh has kept, each file by a rename, and restarts the service when anything was other than that.
set -eu
before=/run/$NAME.before
if ! [ -s "$before/current" ]; then
  echo "there is no earlier release on this host to go back to" >&2
  exit 1
fi
other=
put() {
  cmp -s "$before/$1" "$2" && return
  cp -p "$before/$1" "$2.before"
  mv -T "$2.before" "$2"
  other=1
}
put env "/etc/$NAME.env"
put unit "/etc/systemd/system/$NAME.service"
release=$(cat "$before/current")
if [ "$(readlink "$ROOT/current")" != "$release" ]; then
  ln -sfn "$release" "$ROOT/current.before"
  mv -T "$ROOT/current.before" "$ROOT/current"
  other=1
fi
[ -z "$other" ] && systemctl is-active --quiet "$NAME.service" && exit
systemctl daemon-reload
systemctl reset-failed "$NAME.service"
systemctl restart "$NAME.service"
echo "restarted $release"
