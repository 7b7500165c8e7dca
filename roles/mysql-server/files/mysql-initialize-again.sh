#!/bin/sh
# Oracle's server as Debian packages it is given its first accounts by a file that ends in SHUTDOWN. Now and then that comes
# before the server's own last step: its data are useless then, and the package stays unconfigured, in every later run as
# well. Removes such data, and nothing else, and lets the package begin anew.
set -eu
package=mysql-server
data=/var/lib/mysql
log=/var/log/mysql/error.log

# Half-configured, never configured before (the package's own note of a first success is missing), and the last that any
# server did here was to begin such data and to fail at that step.
is_broken_off() {
  [ "$(dpkg-query -W -f '${db:Status-Status}' "$package")" = half-configured ] || return 1
  [ ! -e "$data/debian-5.7.flag" ] || return 1
  last=$(awk '/MY-015017/ { text = "" } { text = text $0 "\n" } END { printf "%s", text }' "$log")
  case $last in *MY-015017*MY-010943*) ;; *) return 1 ;; esac
  # It did not begin since the folder was not empty, or a server has been started with these data.
  case $last in *MY-010457* | *MY-010931* | *MY-015015* | *MY-010116*) return 1 ;; esac
}

for turn in 1 2 3; do
  if ! is_broken_off; then
    echo "the making of the data was not broken off: what is wrong is said above" >&2
    exit 1
  fi
  find "$data/" -mindepth 1 -delete
  if DEBIAN_FRONTEND=noninteractive dpkg --configure "$package"; then exit 0; fi
done
exit 1
