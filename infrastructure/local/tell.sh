#!/usr/bin/env bash
# Tells the proxy, from inside its container, what deploy-local.sh has done:
#
#   tell.sh introduce COLOUR ADDRESS SECONDS   a container is there; waits until the proxy finds it ready
#   tell.sh dismiss ADDRESS                    a container gets no more requests
#   tell.sh dismiss-all                        the proxy forgets all that it was told of; it still finds them by name
#   tell.sh activate COLOUR SECONDS [VOLUME]   who answers from now on: blue, green, or hold for neither, which requests
#                                              wait for so long; and which volume has the trucks
#   tell.sh recorded                           the colour and the volume of the last `activate`; before the first, auto
set -euo pipefail

# In a volume of the proxy's own, and written before the proxy obeys: a truck that the proxy let in is in this volume.
record=/var/tmp/active

# The proxy may just be starting.
connect() {
  local rounds
  for ((rounds = 100; rounds > 0; rounds--)); do
    if { exec 3<>/dev/tcp/127.0.0.1/9999; } 2>/dev/null; then return; fi
    sleep 0.05
  done
  echo "nothing listens" >&2
  return 1
}

ask() {
  connect
  printf '%s\n' "$1" >&3
  cat <&3
  exec 3>&-
}

# statuses BACKEND: each server of it, and its status.
statuses() {
  local fields
  ask 'show stat' | while IFS=, read -ra fields; do
    if [ "${fields[0]:-}" = "$1" ]; then printf '%s %s\n' "${fields[1]}" "${fields[17]}"; fi
  done
}

introduce() {
  local backend=$1-told address=$2 rounds=$(($3 * 20)) server status free=''
  dismiss "$address"
  while read -r server status; do
    if [ -z "$free" ] && [[ $status == MAINT* ]]; then free=$server; fi
  done < <(statuses "$backend")
  ask "set server $backend/$free addr $address port 5000; set server $backend/$free state ready"
  for ((; rounds > 0; rounds--)); do
    while read -r server status; do
      if [ "$server" = "$free" ] && [[ $status == UP* ]]; then return; fi
    done < <(statuses "$backend")
    sleep 0.05
  done
  return 1
}

# dismiss ADDRESS, or `*` for all.
dismiss() {
  local fields
  ask 'show servers state' | while read -ra fields; do
    # shellcheck disable=SC2053 # a pattern
    if [[ ${fields[1]:-} == *-told && ${fields[4]} == $1 ]]; then
      ask "set server ${fields[1]}/${fields[3]} state maint"
    fi
  done
}

dismiss-all() { dismiss '*'; }

activate() {
  printf '%s %s\n' "$1" "${3:-}" >"$record.new"
  sync "$record.new"
  mv "$record.new" "$record"
  sync "${record%/*}"
  ask "experimental-mode on; set var proc.patience int($2); set var proc.active str($1)"
  ask 'experimental-mode on; get var proc.active' | grep -qF "<$1>"
}

recorded() { cat "$record" 2>/dev/null || echo auto; }

"$@"
