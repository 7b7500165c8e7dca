#!/bin/sh
# Unpacks an archive of Node. The version's folder appears whole or not at all.
set -eu
rm -rf "$NODE_ROOT"/.new.* # of a run that was killed
work=$(mktemp -d "$NODE_ROOT/.new.XXXXXX")
trap 'rm -rf "$work"' EXIT
curl --fail --silent --show-error --location --output "$work/node.tar.gz" "$NODE_URL"
is=$(sha256sum "$work/node.tar.gz" | cut -d ' ' -f 1)
if [ "$is" != "$NODE_SHA256" ]; then
  echo "$NODE_URL has the SHA-256 $is, and app_node_sha256 is $NODE_SHA256: nothing was installed" >&2
  exit 1
fi
mkdir "$work/node"
tar -xzf "$work/node.tar.gz" -C "$work/node" --strip-components=1 --no-same-owner
chmod 0755 "$work/node"
mv -T "$work/node" "$NODE_ROOT/$NODE_VERSION"
