#!/bin/sh
# Keeps which release runs, with its environment and unit, until the host's next boot.
set -eu
umask 077
before=/run/$NAME.before
rm -rf "$before"
[ -L "$ROOT/current" ] || exit 0 # a new host: there is nothing to go back to
mkdir "$before"
cp -p "/etc/$NAME.env" "$before/env"
cp -p "/etc/systemd/system/$NAME.service" "$before/unit"
readlink "$ROOT/current" >"$before/current"
