#!/usr/bin/env bash
# Asks a trucks service what the README promises: lists its trucks, adds one, and takes it away again.
#
#   smoke.sh ENDPOINT
#
# HELLO_TOKEN is sent where reading or writing takes one; SMOKE_ATTEMPTS (30) is how often to ask a service, two seconds
# apart, that does not answer yet.
set -euo pipefail

if [ $# -ne 1 ]; then
    echo 'smoke.sh: it takes the address of the service, like http://localhost:5000' >&2
    exit 2
fi
endpoint="${1%/}"
attempts="${SMOKE_ATTEMPTS:-30}"
body="$(mktemp)"
trap 'rm -f "$body"' EXIT

# Asks, and prints the status alone; the body is in $body. The token never stands among the arguments.
ask() {
    local header=''
    [ -z "${HELLO_TOKEN:-}" ] || header="Authorization: Bearer $HELLO_TOKEN"
    curl --silent --show-error --max-time 15 --output "$body" --write-out '%{http_code}' \
        --header @<(echo "$header") "$@" || true
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
