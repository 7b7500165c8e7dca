#!/bin/sh
# Every backend must have a server whose last health check was good. After a reload haproxy knows the servers' states from
# the process before it, so what it says counts only when every server was asked anew: after one interval. A server that
# answers badly is still in the rotation then (it is out after several), and whoever asks can go back in time.
if ! cmp -s /run/haproxy.cfg.before /etc/haproxy/haproxy.cfg; then
  sleep "$(echo "$INTERVAL_MS" | awk '{ print $1 / 1000 + 0.5 }')"
fi
stat=$(echo "show stat" | socat -t 5 - UNIX-CONNECT:/run/haproxy/admin.sock) || exit
for backend in $BACKENDS; do
  # An asterisk is a check under way: what stands behind it is the last one's answer.
  echo "$stat" | awk -F , -v backend="$backend" '
    NR == 1 { sub(/^# /, ""); for (i = 1; i <= NF; i++) column[$i] = i }
    $column["pxname"] != backend || $column["svname"] ~ /^(FRONTEND|BACKEND)$/ { next }
    { check = $column["check_status"]; sub(/^\* /, "", check) }
    $column["status"] !~ /^(DOWN|MAINT|NOLB)/ && check ~ /OK/ { good = 1 }
    { said = said "  " $column["svname"] ": " $column["status"] ", " check " " $column["last_chk"] "\n" }
    END {
      if (good) exit
      print "no server of the backend " backend " is well:\n" said > "/dev/stderr"
      exit 1
    }' || exit 1
done
