#!/bin/sh
# Asks the service until it answers 200: for at most LIMIT seconds, and not when systemd has given it up. What answers
# must be this service and not another program that has its port.
end=$(($(date +%s) + LIMIT))
while :; do
  answer=$(curl --noproxy '*' --globoff --silent --show-error --output /dev/null --max-time 5 \
    --write-out '%{http_code}' "$URL" 2>&1)
  state=$(systemctl show --property=ActiveState --value "$UNIT.service")
  [ "$answer" = 200 ] && [ "$state" = active ] && exit 0
  case $state in inactive | failed) break ;; esac
  [ "$(date +%s)" -ge "$end" ] && break
  sleep 0.5
done
# What matters last: the beginning of long output is left out when it is shown.
journalctl --unit="$UNIT.service" --lines=24 --output=cat --no-pager >&2
echo "That was the end of its journal. $UNIT is $state, and $URL answers: $answer" >&2
exit 1
