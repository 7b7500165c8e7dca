#!/bin/sh
# What is served at ADDRESS for each NAME: name, subject, issuer, serial, end and days left, with tabs between.
address=$1
shift
for name; do
  text=$(openssl s_client -connect "$address" -servername "$name" </dev/null 2>/dev/null |
    openssl x509 -noout -subject -issuer -serial -enddate -nameopt RFC2253 2>/dev/null)
  part() { printf '%s\n' "$text" | sed -n "s/^$1= *//p"; }
  end=$(part notAfter)
  [ -z "$end" ] || days=$((($(date -d "$end" +%s) - $(date +%s)) / 86400))
  printf '%s\t%s\t%s\t%s\t%s\t%s\n' "$name" "$(part subject)" "$(part issuer)" "$(part serial)" "$end" "${days:-}"
done
