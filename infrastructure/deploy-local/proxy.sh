# shellcheck shell=bash
#
# Part of deploy-local.sh: the proxy and its commands (infrastructure/local/).

# Runs infrastructure/local/tell.sh in the proxy.
call_proxy() {
  if [ "$dry_run" = yes ]; then
    say "+ the proxy is told: $*"
  elif ! why=$(in_proxy "$@" 2>&1); then
    why="the proxy did not $*: $why"
    return 1
  fi
}

in_proxy() { "$engine" exec "$name-proxy" bash /usr/local/etc/haproxy/tell.sh "$@" 9>&-; }

# Prints the active colour and the volume with its trucks, as the proxy has recorded them on disk.
recorded() { in_proxy recorded 2>/dev/null || true; }

address() {
  if [ "$dry_run" = yes ]; then
    say "$1"
  else
    "$engine" container inspect --format "{{(index .NetworkSettings.Networks \"$name\").IPAddress}}" "$1"
  fi
}

# introduce CONTAINER COLOUR: makes the proxy send requests to it when its colour is active.
introduce() { call_proxy introduce "$2" "$(address "$1")" "$(seconds_left)"; }

# A container without an address has ended, and gets no requests.
dismiss() {
  local address
  address=$(address "$1" 2>/dev/null || true)
  if [ -n "$address" ]; then call_proxy dismiss "$address"; fi
}

activate() { call_proxy activate "$1" "$hold_timeout" "$trucks"; }

# Chooses the port: that of the existing proxy, or the requested one. A running proxy cannot change its port.
choose_port() {
  local has=''
  if there container "$name-proxy"; then has=$(label "$name-proxy" port); fi
  if [ -n "$port" ] && [ "$port" != "${has:-$port}" ] && running "$name-proxy"; then
    fail "the service cannot move to port $port" "it answers on port $has, and moving it would fail requests" \
      "leave --port (or HELLO_PORT) out; or \`./deploy-local.sh --down\`, then \`./deploy-local.sh --port $port\`"
  fi
  port=${port:-${has:-5000}}
}

ensure_network() {
  there network "$name" || change network create "$name" || fail "no network can be made" "$why" "$engine network ls"
}

ensure_proxy() {
  if running "$name-proxy"; then return; fi
  if there container "$name-proxy"; then change rm --force "$name-proxy"; fi
  # With SELinux, a container can read a folder only if it has the label that `z` sets; elsewhere `z` has no effect.
  change run --detach --name "$name-proxy" --network "$name" --publish "127.0.0.1:$port:8080" \
    --label "dev.hello-truck.port=$port" --restart unless-stopped "${hardened[@]}" \
    --volume "$here/infrastructure/local:/usr/local/etc/haproxy:ro,z" --volume "$name-proxy:/var/tmp" "$proxy_image" \
    bash /usr/local/etc/haproxy/start.sh ||
    fail "the proxy cannot be started" "$why" \
      "is port $port taken (\`docker-compose down\` ends what compose started)? --port PORT takes another"
}
