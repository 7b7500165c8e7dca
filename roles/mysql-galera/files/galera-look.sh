#!/bin/sh
# What this node is, one `name=value` a line. Only looks.
data=/var/lib/mysql
look() {
  state=$(systemctl is-active mariadb 2>/dev/null)
  process=no
  for comm in /proc/[0-9]*/comm; do
    read -r name 2>/dev/null <"$comm" || continue
    case $name in mariadbd | mysqld) process=yes ;; esac
  done
}
tries=0
look
# What is about to start or stop is not judged halfway, nor is a server that an installation runs for a moment.
while [ "$tries" -lt 60 ]; do
  case $state/$process in activating/* | deactivating/* | inactive/yes | failed/yes) ;; *) break ;; esac
  sleep 1
  tries=$((tries + 1))
  look
done
echo "service=${state:-unknown}"
echo "process=$process"
field() { sed -n "s/^$1: *\([0-9a-f-]*\) *$/\1/p" "$data/grastate.dat" 2>/dev/null | head -n 1; }
echo "uuid=$(field uuid)"
echo "seqno=$(field seqno)"
echo "safe=$(field safe_to_bootstrap)"
own=
for folder in "$data"/*/; do
  name=${folder%/}
  name=${name##*/}
  case $name in mysql | performance_schema | sys | test | '*' | lost+found | '#'*) ;; *) own="$own $name" ;; esac
done
echo "databases=${own# }" | tr -d '\r' | head -n 1
[ "$process" = yes ] || exit 0
# A run that was ended between the new configuration and the restart left it so.
started=$(date -d "$(systemctl show -p ExecMainStartTimestamp --value mariadb)" +%s 2>/dev/null)
written=$(stat -c %Y /etc/mysql/mariadb.conf.d/99-fettle.cnf 2>/dev/null)
[ "${written:-0}" -gt "${started:-0}" ] && echo "stale=yes" || echo "stale=no"
ask() {
  mariadb --connect-timeout=5 --batch --skip-column-names -e "
    SELECT 'wsrep_on', @@GLOBAL.wsrep_on;
    SHOW GLOBAL STATUS WHERE Variable_name IN
      ('wsrep_cluster_status', 'wsrep_cluster_state_uuid', 'wsrep_cluster_size', 'wsrep_local_state')" |
    tr '\t' '='
}
tries=0
said=$(ask)
# Nodes that have just lost or found each other come to an end about it.
while [ "$tries" -lt 10 ]; do
  case $said in *wsrep_cluster_status=Primary*) break ;; *wsrep_on=1*) ;; *) break ;; esac
  sleep 1
  tries=$((tries + 1))
  said=$(ask)
done
echo "$said"
exit 0
