#!/usr/bin/env bash
# Tells the proxy, from inside its container, what deploy-local.sh has done:
#
#   tell.sh introduce COLOUR ADDRESS SECONDS   a container is there; waits until the proxy finds it ready
#   tell.sh dismiss ADDRESS                    a container gets no more requests
#   tell.sh activate COLOUR                    who answers from now on: blue, green, or hold for neither
set -euo pipefail

ask() {
  exec 3<>/dev/tcp/127.0.0.1/9999
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

dismiss() {
  local fields
  ask 'show servers state' | while read -ra fields; do
    if [ "${fields[4]:-}" = "$1" ] && [[ ${fields[1]} == *-told ]]; then
      ask "set server ${fields[1]}/${fields[3]} state maint"
    fi
  done
}

activate() { ask "experimental-mode on; set var proc.active str($1)"; }

"$@"
