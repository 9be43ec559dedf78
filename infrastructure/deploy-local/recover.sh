# shellcheck shell=bash
#
# Part of deploy-local.sh: the lock of deployments, and recovery from an interrupted run. Recovery does not depend on how
# far that run got: the proxy's record on disk names the volume with the current trucks, and labels have the rest.

# Only one deployment runs at a time, because two would remove each other's containers. The lock is on a file, and is held
# until this run and every process that it started without closing descriptor 9 have ended: see `change`.
lock_deployments() {
  [ "$dry_run" = no ] || return 0
  local lock="${TMPDIR:-/tmp}/$name.deploying" deadline=$((SECONDS + 45))
  { exec 9>>"$lock"; } 2>/dev/null ||
    fail "the lock of deployments cannot be opened" "$lock is not yours, or no file" "HELLO_NAME takes another name; or remove it"
  try_lock && return
  say "another deployment is going on; this one waits for its end"
  until try_lock; do
    [ "$SECONDS" -lt "$deadline" ] ||
      fail "another deployment is going on" "it holds $lock" "wait for it, and type the same again"
    sleep 0.2
  done
}

try_lock() {
  if command -v flock >/dev/null; then
    flock --nonblock 9
  else
    perl -e 'open(my $lock, ">>&=", 9) or exit 1; flock($lock, 2 | 4) or exit 1'
  fi
}

# The generation of a container, or of a volume.
generation_of() {
  local rest=${1#"$name-"}
  rest=${rest#data-}
  printf '%s\n' "${rest%%-*}"
}

# Prints the named volume with a container's trucks, if it has one.
trucks_of() {
  "$engine" container inspect --format '{{range .Mounts}}{{if eq .Destination "/data"}}{{.Name}}{{end}}{{end}}' "$1" |
    { grep -E "^$name-data-[0-9]+\$" || true; }
}

# recover MODE: leaves the containers of one generation, and puts them into `kept`. With `run`, they are also started and
# serve requests; with `rest`, they may be stopped, because they are about to be removed.
recover() {
  local containers=() container
  while IFS= read -r container; do containers+=("$container"); done < <(replicas)
  kept=(${containers[@]+"${containers[@]}"})
  if is_consistent; then return; fi
  say "recovering from an interrupted run or a restart of the machine"
  if there container "$name-rehearsal"; then change rm --force --volumes "$name-rehearsal" || true; fi
  [ ${#containers[@]} -gt 0 ] || return 0
  ensure_network
  choose_generation
  if [ "$1" = run ]; then restart_all; fi
  for container in "${containers[@]}"; do
    has_generation "$kept_generation" "$container" || change rm --force --volumes "$container" || true
  done
  drop_newer "$trucks"
}

# Succeeds if no object of another generation exists and all containers run. Reading the proxy's record also shows that
# the proxy runs.
is_consistent() {
  local container
  ! there container "$name-rehearsal" || return 1
  [ ${#containers[@]} -gt 0 ] || return 0
  running "$name-proxy" || return 1
  colour=$(label "${containers[0]}" colour)
  trucks=$(trucks_of "${containers[0]}")
  [ "$(recorded)" = "$colour $trucks" ] || return 1
  [ -z "$(newer_than "$trucks")" ] || return 1
  for container in "${containers[@]}"; do
    has_generation "$(generation_of "${containers[0]}")" "$container" || return 1
    running "$container" || return 1
  done
}

has_generation() { [ "$(generation_of "$2")" = "$1" ]; }

# Sets `kept_generation`, and puts its containers into `kept`, their colour into `colour` and their volume into `trucks`.
# Of two generations of different colours, the active colour is kept. During a hand-over no colour is active, and the older
# generation is kept, because the proxy has admitted no request since. Replicas of the same colour share a database; the
# older generation is kept as long as it is complete.
choose_generation() {
  local older=${containers[0]} newer=${containers[${#containers[@]} - 1]} container
  kept_generation=$(generation_of "$older")
  collect_kept
  if ! has_generation "$kept_generation" "$newer" && has_taken_over "$older" "$newer"; then
    kept_generation=$(generation_of "$newer")
    collect_kept
  fi
  colour=$(label "${kept[0]}" colour)
  trucks=$(trucks_of "${kept[0]}")
}

# has_taken_over OLDER NEWER: succeeds if the newer container has taken over.
has_taken_over() {
  local answers
  if [ "$(label "$1" colour)" = "$(label "$2" colour)" ]; then
    [ "${#kept[@]}" -lt "$(label "$1" replicas)" ]
  else
    ensure_proxy
    read -r answers _ < <(recorded)
    [ "$answers" = "$(label "$2" colour)" ]
  fi
}

collect_kept() {
  local container
  kept=()
  for container in "${containers[@]}"; do
    if has_generation "$kept_generation" "$container"; then kept+=("$container"); fi
  done
}

# A container that does not start is reported, and the deployment continues to replace it: its trucks are in its volume.
restart_all() {
  local container healthy=()
  ensure_proxy
  if [ "$(label "${kept[0]}" replicas)" -gt 1 ]; then ensure_database; fi
  for container in "${kept[@]}"; do
    if ensure_healthy "$container"; then healthy+=("$container"); else say "$container does not start again: $why" >&2; fi
  done
  call_proxy dismiss-all || true
  for container in ${healthy[@]+"${healthy[@]}"}; do
    introduce "$container" "$colour" || true
  done
  activate "$colour" || fail "the proxy cannot be told which colour is active" "$why" "$engine logs $name-proxy"
}

# A container that is being stopped still runs, so an unhealthy container is restarted.
ensure_healthy() {
  if [ "$dry_run" = no ] && running "$1" && is_healthy "$1"; then return; fi
  change stop --time 35 "$1" && start "$1"
}

# Prints the volumes that are newer than this one: copies whose trucks no client has seen.
newer_than() {
  local volume
  [ -n "$1" ] || return 0
  volumes | while IFS= read -r volume; do
    if [ "$(generation_of "$volume")" -gt "$(generation_of "$1")" ]; then printf '%s\n' "$volume"; fi
  done
}

drop_newer() {
  local volume
  for volume in $(newer_than "$1"); do change volume rm "$volume" || true; done
}
