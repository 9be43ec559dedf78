#!/usr/bin/env bash
# Asks a trucks service what the README promises: lists its trucks, adds one, and takes it away again.
#
#   smoke.sh ENDPOINT [LOAD_BALANCER]
#
# LOAD_BALANCER is connected to in place of the endpoint's name, whose DNS entry may not be there yet; certificate and name
# are checked all the same. HELLO_TOKEN is sent where reading or writing takes one; SMOKE_ATTEMPTS (30) is how often to ask a
# service, two seconds apart, that does not answer yet. Exit status: 0 it works, 1 it does not, 2 misuse, 3 nobody could be
# reached.
set -euo pipefail

if [ $# -lt 1 ]; then
    echo 'smoke.sh: it takes the address of the service, like http://localhost:5000' >&2
    exit 2
fi
endpoint="${1%/}" balancer="${2:-}"
attempts="${SMOKE_ATTEMPTS:-30}"
body="$(mktemp)"
trap 'rm -f "$body"' EXIT

# Asks, and prints the status alone; the body is in $body. The token never stands among the arguments.
ask() {
    local header=''
    [ -z "${HELLO_TOKEN:-}" ] || header="Authorization: Bearer $HELLO_TOKEN"
    curl --silent --show-error --max-time 15 --output "$body" --write-out '%{http_code}' \
        ${balancer:+--connect-to "::$balancer:"} --header @<(echo "$header") "$@" || true
}

# Tells whether a request could be begun, whatever became of it.
is_reached() {
    local begun
    begun="$(curl --silent --max-time 15 --output "$body" --write-out '%{time_pretransfer}' \
        ${balancer:+--connect-to "::$balancer:"} "$endpoint" || true)"
    [[ $begun =~ [1-9] ]]
}

expect() { # WANTED GOT WHAT
    if [ "$2" != "$1" ]; then
        printf 'error: %s answered %s, not %s:\n' "$3" "${2:-nothing}" "$1" >&2
        head -c 2000 "$body" >&2
        case "$2" in
            401 | 403) printf '\n  hint: put a token that may write into HELLO_TOKEN (in GitHub: secret HELLO_TOKEN)\n' >&2 ;;
            *) printf '\n  hint: what do the logs of the service say?\n' >&2 ;;
        esac
        exit 1
    fi
    echo "$3: $2"
}

list() { ask -X GET "$endpoint/trucks" -H 'accept: application/json'; }

# Only a service that is not there yet is asked again; what it answers is its answer.
for ((attempt = 1; ; attempt++)); do
    got="$(list)"
    if [[ $got != 000 && $got != 502 && $got != 503 && $got != 504 ]] || [ "$attempt" -ge "$attempts" ]; then
        break
    fi
    sleep 2
done
# A load balancer that cannot be connected to tells nothing of the service behind it, so there is nothing to take back.
if [ "$got" = 000 ] && ! is_reached; then
    printf 'error: %s could not be reached from here\n  hint: does AllowedCidr let this machine in? (in GitHub: variable SMOKE_TEST=no)\n' \
        "${balancer:-$endpoint}" >&2
    echo 'reached=no' >>"${GITHUB_OUTPUT:-/dev/null}"
    exit 3
fi
expect 200 "$got" 'GET /trucks'
if ! [[ $(<"$body") =~ ^[[:space:]]*\[ ]]; then
    echo 'error: GET /trucks did not answer a list' >&2
    exit 1
fi

got="$(ask -X POST "$endpoint/trucks" -H 'Content-Type: application/json' -d '{"make": "Scania", "model": "V8"}')"
expect 201 "$got" 'POST /trucks'

id="$(sed -n 's/.*"id" *: *"\([^"]*\)".*/\1/p' "$body" | head -1)"
if [ -z "$id" ]; then
    echo 'error: POST /trucks did not say the id of the truck' >&2
    exit 1
fi
got="$(ask -X DELETE "$endpoint/trucks/$id")"
expect 200 "$got" "DELETE /trucks/$id"
