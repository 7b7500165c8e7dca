#!/bin/sh
# What this node is, one `name=value` a line. Only looks.
data=/var/lib/mysql
state=$(systemctl is-active mariadb 2>/dev/null)
tries=0
# What is about to start or stop is not judged halfway.
while [ "$tries" -lt 60 ]; do
  case $state in activating | deactivating) ;; *) break ;; esac
  sleep 1
  tries=$((tries + 1))
  state=$(systemctl is-active mariadb 2>/dev/null)
done
echo "service=${state:-unknown}"
process=no
for comm in /proc/[0-9]*/comm; do
  read -r name 2>/dev/null <"$comm" || continue
  case $name in mariadbd | mysqld) process=yes ;; esac
done
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
mariadb --connect-timeout=5 --batch --skip-column-names -e "
  SELECT 'wsrep_on', @@GLOBAL.wsrep_on;
  SHOW GLOBAL STATUS WHERE Variable_name IN
    ('wsrep_cluster_status', 'wsrep_cluster_state_uuid', 'wsrep_cluster_size', 'wsrep_local_state')" |
  tr '\t' '='
exit 0
