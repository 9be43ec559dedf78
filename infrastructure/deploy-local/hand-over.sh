# shellcheck shell=bash
#
# Part of deploy-local.sh: how one replica with SQLite is replaced. Two services never have the file at once, so the new
# one gets a copy of it, while the proxy holds what is asked. Until the proxy is told of the new one, and has that on disk,
# everything can be taken back; from then on trucks are in the copy alone, and there is no way but forward.

# How many seconds requests may have to wait for the new one. Who is not through by then goes back, in the time that the
# proxy waits longer.
hold=30
patience=$((hold + 20))

hand_over() {
  local before=$1 after="$name-$generation-1" green
  green=$(other "$colour")
  rehearse
  new_volume
  make "$after" "$green" --volume "$made_volume:/data" || give_up
  let_go=$((SECONDS + hold))
  activate hold || give_up
  retire "$before" 20 || give_up
  hurry copy_trucks "$before" "$after" || give_up
  start "$after" || give_up
  introduce "$after" "$green" || give_up
  in_time || give_up
  commit "$green"
}

rehearse() {
  make "$name-rehearsal" rehearsal --env DATABASE_URL=sqlite::memory: || give_up
  start "$name-rehearsal" || give_up
  change rm --force --volumes "$name-rehearsal" || give_up
  new=()
  say "$image runs without the trucks; now with a copy of them"
}

in_time() {
  if [ -z "$let_go" ] || [ "$SECONDS" -lt "$let_go" ]; then return; fi
  why="requests have waited for $hold s"
  return 1
}

# Copies all files of a container that has ended into one that has not begun.
copy_trucks() { "$engine" cp "$1:/data/." - | "$engine" cp - "$2:/data"; }

# Does something as a job, which is ended when requests cannot wait longer.
hurry() {
  if [ "$dry_run" = yes ]; then
    say "+ $*, for $hold s at most"
    return
  fi
  # With a process group of its own, so that all of it can be ended.
  set -m
  "$@" &
  set +m
  job=$!
  while kill -0 "$job" 2>/dev/null; do
    if ! in_time; then
      end_job
      return 1
    fi
    sleep 0.05
  done
  why="$* failed"
  wait "$job" || return
  job=''
}

end_job() {
  if [ -n "$job" ]; then kill -- -"$job" 2>/dev/null || true; fi
  job=''
}

# From here on there is no way back: requests may have been let in before we hear of it.
commit() {
  local deadline=$((SECONDS + patience - hold))
  phase=committed trucks=$made_volume let_go=''
  until activate "$1"; do
    if [ "$SECONDS" -ge "$deadline" ]; then
      phase=over
      fail "the proxy cannot be told that $image answers" "$why" \
        "./deploy-local.sh, again: it goes on from here; \`$engine logs $name-proxy\` may say why"
    fi
    sleep 0.2
  done
}
