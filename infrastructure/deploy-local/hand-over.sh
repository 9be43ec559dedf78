# shellcheck shell=bash
#
# Part of deploy-local.sh: the replacement of one replica with SQLite. Two services never use the same file at the same
# time, so the new one gets a copy while the proxy holds requests. Until the proxy has recorded the new colour on disk, the
# old container can take over again. After that, only the copy has the current trucks, and the hand-over must be completed.

# The maximum time in seconds for which requests wait for the new container. A hand-over that takes longer is rolled back;
# the proxy holds requests 20 seconds longer, so that the rollback fits in.
hold=30
hold_timeout=$((hold + 20))

hand_over() {
  local before=$1 after="$name-$generation-1" green
  green=$(other "$colour")
  rehearse
  new_volume
  make "$after" "$green" --volume "$made_volume:/data" || fail_rolled_back
  wait_deadline=$((SECONDS + hold))
  activate hold || fail_rolled_back
  retire "$before" 20 || fail_rolled_back
  run_in_time copy_trucks "$before" "$after" || fail_rolled_back
  start "$after" || fail_rolled_back
  introduce "$after" "$green" || fail_rolled_back
  is_in_time || fail_rolled_back
  commit "$green"
}

rehearse() {
  make "$name-rehearsal" rehearsal --env DATABASE_URL=sqlite::memory: || fail_rolled_back
  start "$name-rehearsal" || fail_rolled_back
  change rm --force --volumes "$name-rehearsal" || fail_rolled_back
  new=()
  say "$image runs without the trucks; now with a copy of them"
}

is_in_time() {
  if [ -z "$wait_deadline" ] || [ "$SECONDS" -lt "$wait_deadline" ]; then return; fi
  why="requests have waited for $hold s"
  return 1
}

# Copies all files of a stopped container into one that has not been started.
copy_trucks() { "$engine" cp "$1:/data/." - | "$engine" cp - "$2:/data"; }

# Runs a command as a job, which is killed when the requests cannot wait longer.
run_in_time() {
  if [ "$dry_run" = yes ]; then
    say "+ $*, for $hold s at most"
    return
  fi
  # In its own process group, so that all its processes can be killed.
  set -m
  "$@" &
  set +m
  job=$!
  while kill -0 "$job" 2>/dev/null; do
    if ! is_in_time; then
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

# After this, no rollback is possible: the proxy may have admitted requests before its response arrives here.
commit() {
  local deadline=$((SECONDS + hold_timeout - hold))
  phase=committed trucks=$made_volume wait_deadline=''
  until activate "$1"; do
    if [ "$SECONDS" -ge "$deadline" ]; then
      phase=over
      fail "the proxy cannot be told that $image answers" "$why" \
        "./deploy-local.sh, again: it goes on from here; \`$engine logs $name-proxy\` may say why"
    fi
    sleep 0.2
  done
}
