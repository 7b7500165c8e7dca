#!/bin/sh
# Whether the user that this run has logged in as can do so again without a password, or when root may not log in.
# Fails, saying why, when the new settings would shut him out.
operator=${SUDO_USER:-${DOAS_USER:-$(id -un)}}

refuse() {
  echo "sshd stays as it is: $1" >&2
  exit 1
}

if [ "$operator" = root ] && [ "$ROOT_LOGIN" = no ]; then
  refuse "this run logs in as root, who would be shut out; log in as another user, or set common_sshd_root_login: prohibit-password"
fi
[ "$PASSWORD_LOGIN" = no ] || exit 0

settings=$(/usr/sbin/sshd -T -C "user=$operator,host=localhost,addr=127.0.0.1") || exit
setting() { printf '%s\n' "$settings" | sed -n "s/^$1 //p"; }

# Keys that a program knows, and certificates: nobody can tell from here, and somebody has seen to it.
[ "$(setting authorizedkeyscommand)" = none ] || exit 0
[ "$(setting trustedusercakeys)" = none ] || exit 0

home=$(getent passwd "$operator" | cut -d: -f6)
set -f
for file in $(setting authorizedkeysfile); do
  file=$(printf '%s' "$file" | sed "s|%h|$home|g; s|%u|$operator|g; s|%%|%|g")
  case $file in
    /*) ;;
    *) file=$home/$file ;;
  esac
  grep -qE '^[^#]*(ssh-(ed25519|rsa)|ecdsa-sha2-[a-z0-9]+|sk-[a-z0-9@.-]+) ' "$file" 2>/dev/null && exit 0
done
refuse "$operator has no key to log in by; give him one (authorized_key), or set common_sshd_password_login: true"
