#!/usr/bin/env bash
# Starts the proxy. The first name server of a container is its engine's, which alone knows the other containers; the
# others would answer that there is no such name.
set -euo pipefail

while read -r word address; do
  if [ "$word" = nameserver ]; then break; fi
done </etc/resolv.conf

export NAME_SERVER="$address:53"
exec haproxy -W -db -f /usr/local/etc/haproxy/haproxy.cfg
