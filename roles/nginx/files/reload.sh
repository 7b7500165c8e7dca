#!/bin/sh
# Lets nginx take its configuration, and fails when it did not. systemd calls a reload done when the signal is sent; when
# nginx cannot take the configuration (an address that is taken) the old workers go on, and nothing but its log says so.
# New workers are the proof that it was taken.
log=/var/log/nginx/error.log

# What was logged since the reload.
news() { tail -c "+$((logged + 1))" "$log"; }

workers() { grep -lsE "^PPid:[[:space:]]*$1\$" /proc/[0-9]*/status; }

if ! systemctl is-active --quiet nginx.service; then
  systemctl start nginx.service
  exit
fi
main=$(systemctl show --property=MainPID --value nginx.service)
before=$(workers "$main")
logged=$(cat "$log" 2>/dev/null | wc -c)
systemctl reload nginx.service || exit
for turn in $(seq 100); do
  for worker in $(workers "$main"); do
    echo "$before" | grep -qxF "$worker" || exit 0
  done
  news | grep -q 'still could not bind' && break
  sleep 0.1
done
echo "nginx did not take the new configuration and goes on with the old one:" >&2
news | grep -E '\[(emerg|alert|crit)\]' | sort -u | tail -n 10 >&2
echo "Free what is taken and run again. When nginx itself has it (a port at another address), restart nginx." >&2
exit 1
