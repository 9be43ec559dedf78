#!/usr/bin/env bash
# Sends a trucks service the requests of the README: lists its trucks, adds one, and deletes it again.
#
#   smoke.sh ENDPOINT [LOAD_BALANCER]
#
# The script connects to LOAD_BALANCER instead of the endpoint's name, which may have no DNS entry yet; certificate and name
# are still verified. HELLO_TOKEN is sent if it is set. SMOKE_ATTEMPTS (30) is the number of attempts, two seconds apart, while
# the service does not respond. Exit status: 0 success, 1 wrong response, 2 misuse, 3 the load balancer is unreachable.
set -euo pipefail

if [ $# -lt 1 ]; then
    echo 'smoke.sh: it takes the address of the service, like http://localhost:5000' >&2
    exit 2
fi
endpoint="${1%/}" balancer="${2:-}"
attempts="${SMOKE_ATTEMPTS:-30}"
body="$(mktemp)"
trap 'rm -f "$body"' EXIT

# Sends a request and prints only the status; the body is in $body. The token is never an argument of a process.
ask() {
    local header=''
    [ -z "${HELLO_TOKEN:-}" ] || header="Authorization: Bearer $HELLO_TOKEN"
    curl --silent --show-error --max-time 15 --output "$body" --write-out '%{http_code}' \
        ${balancer:+--connect-to "::$balancer:"} --header @<(echo "$header") "$@" || true
}

# Succeeds if a connection was established, whatever the response.
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

# Retries only while the service is not there yet; any other response is final.
for ((attempt = 1; ; attempt++)); do
    got="$(list)"
    if [[ $got != 000 && $got != 502 && $got != 503 && $got != 504 ]] || [ "$attempt" -ge "$attempts" ]; then
        break
    fi
    sleep 2
done
# An unreachable load balancer says nothing about the service behind it, so this is no reason for a rollback.
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
