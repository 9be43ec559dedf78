#!/usr/bin/env bash
# Asks a service that was just deployed whether it says hello.
#
#   smoke.sh ENDPOINT [LOAD_BALANCER]
#
# LOAD_BALANCER is connected to in place of the endpoint's name, whose DNS entry may not be there yet. Exit status: 0 it says
# hello, 1 it does not, 2 misuse, 3 the service is out of reach.
set -euo pipefail

if [ $# -lt 1 ]; then
    echo 'smoke.sh: it takes the address of the service, like http://localhost:5000' >&2
    exit 2
fi
endpoint="$1" balancer="${2:-}"
ask() { curl --silent --show-error --max-time 15 ${balancer:+--connect-to "::$balancer:"} "$@" "${endpoint%/}/"; }

if ! ask --fail --retry "${SMOKE_ATTEMPTS:-30}" --retry-delay 2 --retry-all-errors; then
    begun="$(ask --output /dev/null --write-out '%{time_pretransfer}' || true)"
    [[ ! $begun =~ [1-9] ]] || exit 1
    # A load balancer that cannot be connected to tells nothing of the service behind it, so there is nothing to take back.
    echo 'error: it could not be reached from here; does AllowedCidr let this machine in? (variable SMOKE_TEST=no)' >&2
    echo 'reached=no' >>"${GITHUB_OUTPUT:-/dev/null}"
    exit 3
fi
