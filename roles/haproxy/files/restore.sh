#!/bin/sh
# Puts back the configuration that was kept, by a rename, and lets haproxy take it.
set -eu
before=/run/haproxy.cfg.before
file=/etc/haproxy/haproxy.cfg
if ! [ -s "$before" ]; then
  echo "there is no earlier configuration to go back to" >&2
  exit 1
fi
cmp -s "$before" "$file" && exit
cp -p "$before" "$file.before"
mv -T "$file.before" "$file"
/usr/local/sbin/haproxy-reload
echo "put back $file"
