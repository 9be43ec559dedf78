#!/usr/bin/env bash
# Runs a command of deploy-local.sh on the proxy, inside its container:
#
#   tell.sh introduce COLOUR ADDRESS SECONDS   adds a container; waits until the proxy's check finds it ready
#   tell.sh dismiss ADDRESS                    removes a container, which gets no more requests
#   tell.sh dismiss-all                        removes all added containers; the proxy still finds containers by name
#   tell.sh activate COLOUR SECONDS [VOLUME]   sets the active colour: blue, green, or hold for neither; how long requests
#                                              wait; and which volume has the trucks
#   tell.sh recorded                           prints the colour and the volume of the last `activate`; before the first, auto
set -euo pipefail

# On a volume of the proxy, and written before the proxy changes its colour: this record names the volume that has every
# truck of an admitted request.
record=/var/tmp/active

# Retries, because the proxy may be starting.
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

# statuses BACKEND: prints each server of a backend with its status.
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

# dismiss ADDRESS: `*` stands for all addresses.
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
  ask "experimental-mode on; set var proc.wait_timeout int($2); set var proc.active str($1)"
  ask 'experimental-mode on; get var proc.active' | grep -qF "<$1>"
}

recorded() { cat "$record" 2>/dev/null || echo auto; }

"$@"
