#!/usr/bin/env bash
#
# Deploys the latest image of the trucks service on this machine without a failed request: see `--help`.
#
# A proxy (infrastructure/local/haproxy.cfg) has the port, in front of containers of two colours. Old containers are stopped,
# but not removed, until all new ones are healthy, so a rollback starts them again. A run may be killed at any moment: the
# next run recovers (infrastructure/deploy-local/recover.sh).

set -euo pipefail

usage() {
  cat <<'USAGE'
Usage: ./deploy-local.sh [OPTIONS]

Pulls the latest image of the trucks service, starts it, waits until it is healthy, and only then removes the old one. If
it does not become healthy, the old one keeps running. Throughout, the service answers on http://localhost:5000/trucks.

One replica keeps its trucks in SQLite. The new image is first tried without trucks. Then the proxy holds requests while a
copy of the trucks is handed over; if that takes longer than 30 seconds, the old one takes over again. Several replicas
share PostgreSQL, and are replaced by a strategy.

If a run is interrupted, even by a power failure, no acknowledged truck is lost: run the same command again.

Options:
  --image IMAGE        the image, by tag or digest         [docker.io/hellotruck/hello-server:latest, or HELLO_IMAGE]
  --build              build the image from this folder instead of pulling it
  --no-pull            use the local image
  --replicas NUMBER    1 with SQLite, 2 to 8 with PostgreSQL                [the current number, or 1]
  --strategy STRATEGY  rolling: one after the other; blue-green: all beside the old ones, then at once     [rolling]
  --bake SECONDS       how long blue-green keeps the old ones ready for a rollback                         [5]
  --timeout SECONDS    how long a container may take to become healthy                                     [60]
  --port PORT          the port of the service on this machine     [the current port, or HELLO_PORT, or 5000]
  --env-file FILE      more settings of the service, one VARIABLE=value per line
  --engine ENGINE      docker or podman                         [the first that works, or HELLO_ENGINE]
  --down               remove everything but the trucks
  --dry-run            print the commands without running them
  --help               this text

HELLO_NAME is the prefix of the names of all containers, networks and volumes [hello-truck]. HELLO_DB_PASSWORD is the
password of the database, which is not reachable from other machines.

Exit codes: 0 done, 1 failed (the old containers keep running), 2 misuse, 130 interrupted.
USAGE
}

# ── Messages ──────────────────────────────────────────────────────────────────────────────────────────────────────────

say() { printf '%s\n' "$*"; }

# fail WHAT WHY HINT [CODE]
fail() {
  printf 'error: %s\n%s\nhint: %s\n' "$1" "$2" "$3" >&2
  exit "${4:-1}"
}

misuse() { fail "$1" "the command line cannot be used" "./deploy-local.sh --help" 2; }

# ── The engine ────────────────────────────────────────────────────────────────────────────────────────────────────────

# Runs a command of the engine that changes something; a dry run only prints it. Only `stop` keeps the lock of deployments
# open (descriptor 9), so that the next run waits for a container that is stopping. Processes that serve a container would
# keep the lock for ever.
change() {
  if [ "$dry_run" = yes ]; then
    printf '+ %s' "$engine"
    printf ' %q' "$@"
    printf '\n'
    return
  fi
  local output
  if [ "$1" = stop ]; then output=$("$engine" "$@" 2>&1); else output=$("$engine" "$@" 2>&1 9>&-); fi || {
    why=$output
    return 1
  }
}

find_engine() {
  local candidate
  for candidate in ${engine:-docker podman}; do
    if command -v "$candidate" >/dev/null && "$candidate" info >/dev/null 2>&1; then
      engine=$candidate
      return
    fi
  done
  fail "no engine runs containers here" "neither answers: ${engine:-docker, podman}" \
    "start docker, or install podman; \`docker info\` or \`podman info\` must succeed"
}

there() { "$engine" "$1" inspect "$2" >/dev/null 2>&1; }
running() { [ "$("$engine" container inspect --format '{{.State.Running}}' "$1" 2>/dev/null)" = true ]; }
label() { "$engine" container inspect --format "{{index .Config.Labels \"dev.hello-truck.$2\"}}" "$1"; }

# Prints the replicas, running or stopped, the oldest first.
replicas() {
  "$engine" ps --all --filter "label=dev.hello-truck.replica-of=$name" --format '{{.Names}}' |
    { grep -E "^$name-[0-9]+-[0-9]+\$" || true; } | sort -V
}

# ── Containers of the service ─────────────────────────────────────────────────────────────────────────────────────────

# make CONTAINER COLOUR [OPTIONS...]: creates a container without starting it.
make() {
  local container=$1 colour=$2
  shift 2
  change create --name "$container" --network "$name" --network-alias "$colour" --restart unless-stopped \
    --label "dev.hello-truck.replica-of=$name" --label "dev.hello-truck.colour=$colour" \
    --label "dev.hello-truck.replicas=$replicas" "${hardened[@]}" ${settings[@]+"${settings[@]}"} "$@" "$image" ||
    return
  new+=("$container")
}

# Waits until a container is healthy. If it ends or is too slow, this fails, and `why` has the reason.
until_healthy() {
  if [ "$dry_run" = yes ]; then
    say "+ wait until $1 is healthy, for $timeout s at most"
    return
  fi
  local begun=$SECONDS deadline state
  deadline=$((begun + $(seconds_left)))
  until is_healthy "$1"; do
    state=$("$engine" container inspect --format '{{.State.Running}} {{.RestartCount}}' "$1" 2>/dev/null || true)
    if [ "$state" != "true 0" ]; then
      why="it ended: $("$engine" logs --tail 3 "$1" 2>&1 | tail -n 3)"
      return 1
    elif [ "$SECONDS" -ge "$deadline" ]; then
      why="it was not healthy after $((SECONDS - begun)) s: $("$engine" logs --tail 3 "$1" 2>&1 | tail -n 3)"
      return 1
    fi
    sleep 0.1
  done
}

is_healthy() { "$engine" exec "$1" /hello-server healthcheck >/dev/null 2>&1 9>&-; }

# Prints how many seconds a container may take to become healthy; while requests wait, at most as long as they can wait.
seconds_left() {
  local left=$timeout
  if [ -n "$wait_deadline" ] && [ $((wait_deadline - SECONDS)) -lt "$left" ]; then left=$((wait_deadline - SECONDS)); fi
  printf '%s\n' $((left > 0 ? left : 0))
}

start() { change start "$1" && until_healthy "$1"; }

# bring_up CONTAINER COLOUR [OPTIONS...]: creates and starts a container; it gets requests when its colour is active.
bring_up() { make "$@" && start "$1" && introduce "$1" "$2"; }

# retire CONTAINER [SECONDS]: stops a container gracefully, and keeps it.
retire() {
  retired+=("$1")
  dismiss "$1"
  change stop --time "${2:-35}" "$1"
}

# Removing a container with `--volumes` keeps named volumes, which have the trucks.

# Rolls back: stopped containers start again and get requests before the new containers are removed.
roll_back() {
  local container
  phase=rolling-back wait_deadline=''
  for container in ${retired[@]+"${retired[@]}"}; do
    { start "$container" && introduce "$container" "$colour"; } || say "$container does not start again: $why" >&2
  done
  if [ -n "$colour" ]; then activate "$colour" || true; fi
  for container in ${new[@]+"${new[@]}"}; do
    dismiss "$container" || true
    change rm --force --volumes "$container" || true
  done
  if [ -n "$made_volume" ]; then change volume rm "$made_volume" || true; fi
  phase=over
}

fail_rolled_back() {
  local reason=$why
  roll_back
  fail "$image does not get healthy" "$reason" "${1:-the containers of before go on; \`$engine run --rm $image\` shows its log}"
}

# ── Strategies ────────────────────────────────────────────────────────────────────────────────────────────────────────

other() { if [ "$1" = blue ]; then say green; else say blue; fi; }

# Starts the new containers one after the other, and stops an old one for each.
rolling() {
  local place old=("$@")
  for ((place = 1; place <= replicas || place <= ${#old[@]}; place++)); do
    if [ "$place" -le "$replicas" ]; then
      bring_up "$name-$generation-$place" "$colour" || fail_rolled_back
      say "$name-$generation-$place is healthy"
    fi
    if [ "$place" -le "${#old[@]}" ]; then
      retire "${old[place - 1]}" || fail_rolled_back
    fi
  done
}

# Starts all new containers beside the old ones, then activates all of them at once.
blue_green() {
  local place green container end
  green=$(other "$colour")
  for ((place = 1; place <= replicas; place++)); do
    bring_up "$name-$generation-$place" "$green" || fail_rolled_back
    say "$name-$generation-$place is healthy"
  done
  activate "$green" || fail_rolled_back
  say "$green answers; $colour stays ready for $bake s"
  end=$((SECONDS + bake))
  while [ "$dry_run" = no ] && [ "$SECONDS" -lt "$end" ]; do
    for container in "${new[@]}"; do until_healthy "$container" || fail_rolled_back; done
    sleep 0.2
  done
  for container in "$@"; do retire "$container" || fail_rolled_back; done
}

# ── Environment ───────────────────────────────────────────────────────────────────────────────────────────────────────

fetch_image() {
  if [ "$build" = yes ]; then
    local format=()
    # The OCI format has no health check.
    if [ "$(basename "$engine")" = podman ]; then format=(--format docker); fi
    change build ${format[@]+"${format[@]}"} --tag "$image" "$here" ||
      fail "the image cannot be built" "$(printf '%s' "$why" | tail -n 5)" "\`$engine build $here\` shows all of it"
  elif [ "$pull" = yes ]; then
    say "pulling $image"
    change pull "$image" ||
      fail "$image cannot be pulled" "$why" "--build builds it from this folder, --no-pull takes what is here"
  elif ! there image "$image"; then
    fail "$image is not here" "--no-pull takes only what is here" "leave --no-pull out, or build it with --build"
  fi
}

# Prints the volumes with trucks, the newest last.
volumes() { "$engine" volume ls --format '{{.Name}}' | { grep -E "^$name-data-[0-9]+\$" || true; } | sort -V; }

new_volume() {
  made_volume="$name-data-$generation"
  change volume create "$made_volume" || fail_rolled_back
}

next_generation() {
  local last
  last=$({
    volumes
    "$engine" ps --all --filter "label=dev.hello-truck.replica-of=$name" --format '{{.Names}}'
  } | sed -nE "s/^$name-(data-)?([0-9]+)(-[0-9]+)?\$/\2/p" | sort -n | tail -n 1)
  generation=$((${last:-0} + 1))
}

ensure_database() {
  local deadline=$((SECONDS + timeout))
  if ! there container "$name-db"; then
    change run --detach --name "$name-db" --network "$name" --network-alias db --restart unless-stopped "${hardened[@]}" \
      --user postgres --tmpfs /tmp --tmpfs /run/postgresql:mode=1777 --volume "$name-postgres:/var/lib/postgresql/data" \
      --env POSTGRES_USER=trucks --env "POSTGRES_PASSWORD=$password" "$database_image" ||
      fail "the database cannot be started" "$why" "\`$engine pull $database_image\` must succeed"
  elif ! running "$name-db"; then
    change start "$name-db" || fail "the database cannot be started" "$why" "$engine logs $name-db"
  fi
  until [ "$dry_run" = yes ] || "$engine" exec "$name-db" pg_isready -q -h 127.0.0.1 -U trucks 9>&-; do
    [ "$SECONDS" -lt "$deadline" ] ||
      fail "the database is not ready after $timeout s" "$("$engine" logs --tail 3 "$name-db" 2>&1)" "$engine logs $name-db"
    sleep 0.2
  done
}

# The first deployment, or the first after `--down`. The proxy holds requests until all containers run, so that all of it
# can be rolled back.
first() {
  local place options=()
  if [ "$replicas" -eq 1 ]; then
    read -r _ trucks < <(recorded) || true
    if [ -n "$trucks" ] && there volume "$trucks"; then drop_newer "$trucks"; else trucks=$(volumes | tail -n 1); fi
    if [ -z "$trucks" ]; then new_volume && trucks=$made_volume; fi
    options=(--volume "$trucks:/data")
  fi
  activate hold || fail_rolled_back "nothing was here before; \`$engine logs $name-proxy\` may say more"
  colour=blue
  for ((place = 1; place <= replicas; place++)); do
    if ! bring_up "$name-$generation-$place" blue ${options[@]+"${options[@]}"}; then
      colour=''
      fail_rolled_back "nothing was here before; \`$engine run --rm $image\` shows its log"
    fi
    say "$name-$generation-$place is healthy"
  done
  activate blue || fail_rolled_back
}

deploy() {
  local before=0
  choose_port
  recover run
  if [ "${#kept[@]}" -gt 0 ]; then before=$(label "${kept[0]}" replicas); fi
  if [ -z "$replicas" ]; then replicas=$((before > 0 ? before : 1)); fi
  if [ "$before" -gt 0 ] && [ $((replicas > 1)) -ne $((before > 1)) ]; then
    fail "$before cannot become $replicas" "one replica keeps its trucks in SQLite, more keep them in PostgreSQL" \
      "./deploy-local.sh --down, then again; the trucks of both stay where they are"
  fi
  fetch_image
  ensure_network
  ensure_proxy
  next_generation
  if [ "$replicas" -gt 1 ]; then
    ensure_database
    settings+=(--env "DATABASE_URL=postgres://trucks:$password@db/trucks" --env HELLO_DRAIN_DELAY=2)
  fi
  phase=replacing
  if [ "$before" -eq 0 ]; then
    first
  elif [ "$replicas" -eq 1 ]; then
    hand_over "${kept[0]}"
  elif [ "$strategy" = rolling ]; then
    rolling "${kept[@]}"
  else
    blue_green "${kept[@]}"
  fi
  finish
  if [ "$dry_run" = yes ]; then
    say "nothing was done"
  else
    say "http://localhost:$port/trucks is answered by $image"
  fi
}

# Removes the replaced containers.
finish() {
  local container
  phase=over
  for container in ${retired[@]+"${retired[@]}"}; do change rm --volumes "$container" || true; done
  forget_old_trucks
}

# Keeps the volume of before the last replacement, and removes older ones.
forget_old_trucks() {
  local volume
  [ -n "$made_volume" ] || return 0
  volumes | { grep -vx "$made_volume" || true; } | sed '$d' |
    while IFS= read -r volume; do change volume rm "$volume" || true; done
}

down() {
  local container
  port=''
  choose_port
  recover rest
  for container in ${kept[@]+"${kept[@]}"} "$name-proxy" "$name-db"; do
    there container "$container" || continue
    { change stop --time 35 "$container" && change rm --volumes "$container"; } ||
      fail "$container cannot be taken away" "$why" "$engine rm --force $container"
  done
  if there volume "$name-proxy"; then change volume rm "$name-proxy" || true; fi
  if there network "$name"; then change network rm "$name" || true; fi
  say "all is taken away; the trucks stay in the volumes that begin with $name-"
}

on_exit() {
  local code=$?
  trap - EXIT
  trap '' INT TERM
  end_job
  if [ "$phase" = replacing ]; then
    say "interrupted: going back to how it was" >&2
    roll_back
  elif [ "$phase" = committed ]; then
    say "interrupted when the trucks were handed over: going on" >&2
    if activate "$(other "$colour")"; then finish; else say "$why; ./deploy-local.sh goes on from here" >&2; fi
  fi
  exit "$code"
}

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
name=${HELLO_NAME:-hello-truck}
image=${HELLO_IMAGE:-docker.io/hellotruck/hello-server:latest}
proxy_image=docker.io/library/haproxy:2.6-bookworm
database_image=docker.io/library/postgres:15-bookworm
password=${HELLO_DB_PASSWORD:-trucks}
port=${HELLO_PORT:-}
engine=${HELLO_ENGINE:-}
hardened=(--read-only --cap-drop ALL --security-opt no-new-privileges)
settings=()
build=no pull=yes dry_run=no action=deploy
replicas='' strategy=rolling bake=5 timeout=60

# The state of this run.
phase=before colour='' trucks='' made_volume='' wait_deadline='' job='' why='' kept_generation='' generation=1
kept=() new=() retired=()

# shellcheck source=infrastructure/deploy-local/proxy.sh
. "$here/infrastructure/deploy-local/proxy.sh"
# shellcheck source=infrastructure/deploy-local/hand-over.sh
. "$here/infrastructure/deploy-local/hand-over.sh"
# shellcheck source=infrastructure/deploy-local/recover.sh
. "$here/infrastructure/deploy-local/recover.sh"

number() { case $2 in '' | *[!0-9]*) misuse "$1 takes a number, not \`$2\`" ;; esac }

while [ $# -gt 0 ]; do
  case $1 in
    --image | --replicas | --strategy | --bake | --timeout | --port | --env-file | --engine)
      [ $# -gt 1 ] || misuse "$1 takes a value"
      ;;
  esac
  case $1 in
    --image) image=$2 ;;
    --replicas) number "$1" "$2" && replicas=$2 ;;
    --strategy) strategy=$2 ;;
    --bake) number "$1" "$2" && bake=$2 ;;
    --timeout) number "$1" "$2" && timeout=$2 ;;
    --port) number "$1" "$2" && port=$2 ;;
    --env-file) settings+=(--env-file "$2") ;;
    --engine) engine=$2 ;;
    --build) build=yes ;;
    --no-pull) pull=no ;;
    --down) action=down ;;
    --dry-run) dry_run=yes ;;
    --help | -h)
      usage
      exit 0
      ;;
    *) misuse "there is no option \`$1\`" ;;
  esac
  case $1 in
    --build | --no-pull | --down | --dry-run) shift ;;
    *) shift 2 ;;
  esac
done
case $strategy in rolling | blue-green) ;; *) misuse "--strategy takes rolling or blue-green, not \`$strategy\`" ;; esac
case ${replicas:-1} in [1-8]) ;; *) misuse "--replicas takes 1 to 8, not $replicas" ;; esac

find_engine
trap on_exit EXIT
trap 'exit 130' INT
trap 'exit 143' TERM
lock_deployments
"$action"
