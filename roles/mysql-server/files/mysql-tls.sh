#!/bin/sh
# Whether the server could use its certificate: mysql-tls.sh CERT KEY [CA]. A server that cannot does not start, or serves
# without TLS. Only looks.
cert=$1 key=$2 ca=$3
refuse() { echo "$*" >&2; exit 1; }
for file in "$cert" "$key" ${ca:+"$ca"}; do
  [ -e "$file" ] || refuse "there is no $file: put it there before the role runs"
  runuser -u mysql -- test -r "$file" || refuse "the user mysql cannot read $file, or not come to its folder"
done
of_cert=$(openssl x509 -in "$cert" -noout -pubkey 2>/dev/null) || refuse "$cert is no certificate"
of_key=$(openssl pkey -in "$key" -pubout -passin pass: 2>/dev/null) || refuse "$key is no key, or has a passphrase"
[ "$of_cert" = "$of_key" ] || refuse "the key $key does not belong to the certificate $cert"
openssl x509 -in "$cert" -noout -checkend 0 >/dev/null || refuse "the certificate $cert is past its date"
