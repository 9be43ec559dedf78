#!/usr/bin/env bash
#
# Brings the latest image of the trucks service to this machine, without a request that fails: see `--help`.
#
# A proxy (infrastructure/local/haproxy.cfg) has the port, and containers of two colours stand behind it. Old containers
# are stopped, never removed, before all new ones are healthy; so going back means starting them again. A run may be killed
# at any moment: the next one finds out where it was (infrastructure/deploy-local/settle.sh).

set -euo pipefail

usage() {
  cat <<'USAGE'
Usage: ./deploy-local.sh [OPTIONS]

Pulls the latest image of the trucks service, starts it, waits until it is healthy, and only then takes the old one away.
If it never gets healthy, the old one goes on. The service answers on http://localhost:5000/trucks all the while.

One replica keeps its trucks in SQLite: the new image is first tried without them; then the proxy holds requests for the
moment that handing over a copy of the trucks takes, and if that is not done after 30 seconds, the old one goes on. More
replicas share PostgreSQL, and are replaced by a strategy.

Whatever ends a run in the middle, the machine's power included, costs no truck that was acknowledged: type the same again.

Options:
  --image IMAGE        the image, by tag or digest         [docker.io/hellotruck/hello-server:latest, or HELLO_IMAGE]
  --build              build the image from this folder instead of pulling it
  --no-pull            take the image that is here already
  --replicas NUMBER    1 with SQLite, 2 to 8 with PostgreSQL            [as many as there are, or 1]
  --strategy STRATEGY  rolling: one after the other; blue-green: all beside the old ones, then at once     [rolling]
  --bake SECONDS       how long blue-green keeps the old ones ready, in case new ones fail                 [5]
  --timeout SECONDS    how long a container may take to become healthy                                     [60]
  --port PORT          where the service answers on this machine           [where it does, or HELLO_PORT, or 5000]
  --env-file FILE      further settings of the service, one VARIABLE=value a line
  --engine ENGINE      docker or podman                                 [whichever answers, or HELLO_ENGINE]
  --down               take everything away but the trucks
  --dry-run            say what would be done, and do nothing
  --help               this text

HELLO_NAME begins the names of all containers, networks and volumes [hello-truck], and HELLO_DB_PASSWORD is that of the
database, which no other machine reaches.

Exit codes: 0 done, 1 it failed (and what was there before goes on), 2 misuse, 130 interrupted.
USAGE
}

# ── What is said ──────────────────────────────────────────────────────────────────────────────────────────────────────

say() { printf '%s\n' "$*"; }

# fail WHAT WHY HINT [CODE]
fail() {
  printf 'error: %s\n%s\nhint: %s\n' "$1" "$2" "$3" >&2
  exit "${4:-1}"
}

misuse() { fail "$1" "the command line cannot be used" "./deploy-local.sh --help" 2; }

# ── The engine ────────────────────────────────────────────────────────────────────────────────────────────────────────

# Does what changes something, or says in a dry run what it would be. Of all that a run starts, a container's end alone
# may outlive it, and keep the next one waiting: what keeps containers alive would do so for ever.
change() {
  if [ "$dry_run" = yes ]; then
    printf '+ %s' "$engine"
    printf ' %q' "$@"
    printf '\n'
    return
  fi
  local said
  if [ "$1" = stop ]; then said=$("$engine" "$@" 2>&1); else said=$("$engine" "$@" 2>&1 9>&-); fi || {
    why=$said
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

# The replicas, whether they run or not, the oldest first.
replicas() {
  "$engine" ps --all --filter "label=dev.hello-truck.replica-of=$name" --format '{{.Names}}' |
    { grep -E "^$name-[0-9]+-[0-9]+\$" || true; } | sort -V
}

# ── Containers of the service ─────────────────────────────────────────────────────────────────────────────────────────

# make CONTAINER COLOUR [OPTIONS...]: creates it, ready to be started.
make() {
  local container=$1 colour=$2
  shift 2
  change create --name "$container" --network "$name" --network-alias "$colour" --restart unless-stopped \
    --label "dev.hello-truck.replica-of=$name" --label "dev.hello-truck.colour=$colour" \
    --label "dev.hello-truck.replicas=$replicas" "${hardened[@]}" ${settings[@]+"${settings[@]}"} "$@" "$image" ||
    return
  new+=("$container")
}

# Waits until a container is healthy; one that ends or is too slow is not, and `why` says so.
until_healthy() {
  if [ "$dry_run" = yes ]; then
    say "+ wait until $1 is healthy, for $timeout s at most"
    return
  fi
  local begun=$SECONDS deadline state
  deadline=$((begun + $(patience_left)))
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

# How many seconds a container may take to become healthy: while requests wait for it, no more than they can.
patience_left() {
  local left=$timeout
  if [ -n "$let_go" ] && [ $((let_go - SECONDS)) -lt "$left" ]; then left=$((let_go - SECONDS)); fi
  printf '%s\n' $((left > 0 ? left : 0))
}

start() { change start "$1" && until_healthy "$1"; }

# bring_up CONTAINER COLOUR [OPTIONS...]: makes it, and lets it answer when its colour does.
bring_up() { make "$@" && start "$1" && introduce "$1" "$2"; }

# retire CONTAINER [SECONDS]: ends it in its own time, and keeps it.
retire() {
  retired+=("$1")
  dismiss "$1"
  change stop --time "${2:-35}" "$1"
}

# Removing a container with `--volumes` spares the volumes that have a name: those with trucks.

# Goes back to how it was: what was retired starts again, and answers before anything new is taken away.
roll_back() {
  local container
  phase=rolling-back let_go=''
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

give_up() {
  local reason=$why
  roll_back
  fail "$image does not get healthy" "$reason" "${1:-the containers of before go on; \`$engine run --rm $image\` shows its log}"
}

# ── The ways of replacing ─────────────────────────────────────────────────────────────────────────────────────────────

other() { if [ "$1" = blue ]; then say green; else say blue; fi; }

# Makes one new container after the other, and takes an old one away for each.
rolling() {
  local place old=("$@")
  for ((place = 1; place <= replicas || place <= ${#old[@]}; place++)); do
    if [ "$place" -le "$replicas" ]; then
      bring_up "$name-$generation-$place" "$colour" || give_up
      say "$name-$generation-$place is healthy"
    fi
    if [ "$place" -le "${#old[@]}" ]; then
      retire "${old[place - 1]}" || give_up
    fi
  done
}

# Makes all new containers beside the old ones, and lets them answer at once.
blue_green() {
  local place green container end
  green=$(other "$colour")
  for ((place = 1; place <= replicas; place++)); do
    bring_up "$name-$generation-$place" "$green" || give_up
    say "$name-$generation-$place is healthy"
  done
  activate "$green" || give_up
  say "$green answers; $colour stays ready for $bake s"
  end=$((SECONDS + bake))
  while [ "$dry_run" = no ] && [ "$SECONDS" -lt "$end" ]; do
    for container in "${new[@]}"; do until_healthy "$container" || give_up; done
    sleep 0.2
  done
  for container in "$@"; do retire "$container" || give_up; done
}

# ── Everything around them ────────────────────────────────────────────────────────────────────────────────────────────

fetch_image() {
  if [ "$build" = yes ]; then
    local format=()
    # The other format has no place for a health check.
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

# The volumes with trucks, the newest last.
volumes() { "$engine" volume ls --format '{{.Name}}' | { grep -E "^$name-data-[0-9]+\$" || true; } | sort -V; }

new_volume() {
  made_volume="$name-data-$generation"
  change volume create "$made_volume" || give_up
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

# The first ones, or the first after `--down`. Nobody answers until they are all there, so that all can be taken back.
first() {
  local place options=()
  if [ "$replicas" -eq 1 ]; then
    read -r _ trucks < <(recorded) || true
    if [ -n "$trucks" ] && there volume "$trucks"; then drop_newer "$trucks"; else trucks=$(volumes | tail -n 1); fi
    if [ -z "$trucks" ]; then new_volume && trucks=$made_volume; fi
    options=(--volume "$trucks:/data")
  fi
  activate hold || give_up "nothing was here before; \`$engine logs $name-proxy\` may say more"
  colour=blue
  for ((place = 1; place <= replicas; place++)); do
    if ! bring_up "$name-$generation-$place" blue ${options[@]+"${options[@]}"}; then
      colour=''
      give_up "nothing was here before; \`$engine run --rm $image\` shows its log"
    fi
    say "$name-$generation-$place is healthy"
  done
  activate blue || give_up
}

deploy() {
  local before=0
  choose_port
  settle run
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

# Takes away what has been replaced.
finish() {
  local container
  phase=over
  for container in ${retired[@]+"${retired[@]}"}; do change rm --volumes "$container" || true; done
  forget_old_trucks
}

# Keeps the trucks as they were before the last replacement, and nothing older.
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
  settle rest
  for container in ${kept[@]+"${kept[@]}"} "$name-proxy" "$name-db"; do
    there container "$container" || continue
    { change stop --time 35 "$container" && change rm --volumes "$container"; } ||
      fail "$container cannot be taken away" "$why" "$engine rm --force $container"
  done
  if there volume "$name-proxy"; then change volume rm "$name-proxy" || true; fi
  if there network "$name"; then change network rm "$name" || true; fi
  say "all is taken away; the trucks stay in the volumes that begin with $name-"
}

leave() {
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

# What a deployment has found, and has done so far.
phase=before colour='' trucks='' made_volume='' let_go='' job='' why='' goes_on='' generation=1
kept=() new=() retired=()

# shellcheck source=infrastructure/deploy-local/proxy.sh
. "$here/infrastructure/deploy-local/proxy.sh"
# shellcheck source=infrastructure/deploy-local/hand-over.sh
. "$here/infrastructure/deploy-local/hand-over.sh"
# shellcheck source=infrastructure/deploy-local/settle.sh
. "$here/infrastructure/deploy-local/settle.sh"

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
trap leave EXIT
trap 'exit 130' INT
trap 'exit 143' TERM
alone
"$action"
