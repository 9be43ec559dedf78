# shellcheck shell=bash
#
# Part of deploy-local.sh: one run at a time, and what a run that was killed has left. Nothing here depends on how far
# that run came: what the proxy has on disk says whose trucks are the true ones, and labels say the rest.

# One deployment at a time: two would take each other's containers away. The lock is a file's, held for as long as this
# run lives, or what it has started and must not be disturbed: see `change`.
alone() {
  [ "$dry_run" = no ] || return 0
  local lock="${TMPDIR:-/tmp}/$name.deploying" deadline=$((SECONDS + 45))
  { exec 9>>"$lock"; } 2>/dev/null ||
    fail "the lock of deployments cannot be opened" "$lock is not yours, or no file" "HELLO_NAME takes another name; or remove it"
  locked && return
  say "another deployment is going on; this one waits for its end"
  until locked; do
    [ "$SECONDS" -lt "$deadline" ] ||
      fail "another deployment is going on" "it holds $lock" "wait for it, and type the same again"
    sleep 0.2
  done
}

locked() {
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

# The volume that a container has its trucks in, if it is one of those with a name.
trucks_of() {
  "$engine" container inspect --format '{{range .Mounts}}{{if eq .Destination "/data"}}{{.Name}}{{end}}{{end}}' "$1" |
    { grep -E "^$name-data-[0-9]+\$" || true; }
}

# settle GO: sees to it that the containers of one generation are there, and puts them into `kept`. With `run` they also
# run and answer; what is taken away with `rest` need not.
settle() {
  local everyone=() container
  while IFS= read -r container; do everyone+=("$container"); done < <(replicas)
  kept=(${everyone[@]+"${everyone[@]}"})
  if is_settled; then return; fi
  say "putting right what a run that was interrupted, or a machine that was switched off, has left"
  if there container "$name-rehearsal"; then change rm --force --volumes "$name-rehearsal" || true; fi
  [ ${#everyone[@]} -gt 0 ] || return 0
  ensure_network
  choose
  if [ "$1" = run ]; then revive_all; fi
  for container in "${everyone[@]}"; do
    is_of "$goes_on" "$container" || change rm --force --volumes "$container" || true
  done
  drop_newer "$trucks"
}

# Nothing is left over, and all that is there runs and answers. The proxy is asked, so it is seen to answer, too.
is_settled() {
  local container
  ! there container "$name-rehearsal" || return 1
  [ ${#everyone[@]} -gt 0 ] || return 0
  running "$name-proxy" || return 1
  colour=$(label "${everyone[0]}" colour)
  trucks=$(trucks_of "${everyone[0]}")
  [ "$(recorded)" = "$colour $trucks" ] || return 1
  [ -z "$(newer_than "$trucks")" ] || return 1
  for container in "${everyone[@]}"; do
    is_of "$(generation_of "${everyone[0]}")" "$container" || return 1
    running "$container" || return 1
  done
}

is_of() { [ "$(generation_of "$2")" = "$1" ]; }

# Says which generation `goes_on`, and puts its containers into `kept`, and what is known of them into `colour` and
# `trucks`. Of two, that of the colour which answers is the one. While nobody answers, the older is: the proxy has let in
# no request since. Replicas of one colour share a database, and go back to the older for as long as that is whole.
choose() {
  local older=${everyone[0]} newer=${everyone[${#everyone[@]} - 1]} container
  goes_on=$(generation_of "$older")
  keep
  if ! is_of "$goes_on" "$newer" && is_over "$older" "$newer"; then
    goes_on=$(generation_of "$newer")
    keep
  fi
  colour=$(label "${kept[0]}" colour)
  trucks=$(trucks_of "${kept[0]}")
}

# is_over OLDER NEWER: whether the newer one has taken over.
is_over() {
  local answers
  if [ "$(label "$1" colour)" = "$(label "$2" colour)" ]; then
    [ "${#kept[@]}" -lt "$(label "$1" replicas)" ]
  else
    ensure_proxy
    read -r answers _ < <(recorded)
    [ "$answers" = "$(label "$2" colour)" ]
  fi
}

keep() {
  local container
  kept=()
  for container in "${everyone[@]}"; do
    if is_of "$goes_on" "$container"; then kept+=("$container"); fi
  done
}

# Whoever does not start again is told of, and goes on being replaced: its trucks are in its volume.
revive_all() {
  local container alive=()
  ensure_proxy
  if [ "$(label "${kept[0]}" replicas)" -gt 1 ]; then ensure_database; fi
  for container in "${kept[@]}"; do
    if revive "$container"; then alive+=("$container"); else say "$container does not start again: $why" >&2; fi
  done
  tell_proxy dismiss-all || true
  for container in ${alive[@]+"${alive[@]}"}; do
    introduce "$container" "$colour" || true
  done
  activate "$colour" || fail "the proxy cannot be told who answers" "$why" "$engine logs $name-proxy"
}

# What is being stopped still runs, so what is not healthy begins anew.
revive() {
  if [ "$dry_run" = no ] && running "$1" && is_healthy "$1"; then return; fi
  change stop --time 35 "$1" && start "$1"
}

# The volumes that were made after this one: copies that nobody was ever shown.
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
