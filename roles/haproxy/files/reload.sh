#!/bin/sh
# Lets haproxy take its configuration, and fails when it did not. systemd calls a reload done when the signal is sent;
# when the new process cannot start (an address that is taken, no more file descriptors) the old one goes on. Proof that
# it was taken is a new worker and, from 2.8 on, haproxy's own word to systemd.
workers() { grep -lsE "^PPid:[[:space:]]*$1\$" /proc/[0-9]*/status; }

if ! systemctl is-active --quiet haproxy.service; then
  systemctl start haproxy.service
  exit
fi
main=$(systemctl show --property=MainPID --value haproxy.service)
before=$(workers "$main")
since=$(date +%s)
systemctl reload haproxy.service || exit
for turn in $(seq 100); do
  case $(systemctl show --property=StatusText --value haproxy.service) in
  *[Ff]ailed*) break ;;
  "" | Ready*)
    for worker in $(workers "$main"); do
      echo "$before" | grep -qxF "$worker" || exit 0
    done
    ;;
  esac
  sleep 0.1
done
echo "haproxy did not take the new configuration and goes on with the old one:" >&2
journalctl --unit=haproxy.service --since="@$since" --output=cat --no-pager | grep -E 'ALERT|rror|ailed' | tail -n 20 >&2
exit 1
