#!/usr/bin/env bash
# Asks a service that was just deployed whether it says hello.
#
#   smoke.sh ENDPOINT
set -euo pipefail

if [ $# -ne 1 ]; then
    echo 'smoke.sh: it takes the address of the service, like http://localhost:5000' >&2
    exit 2
fi
curl --silent --show-error --fail --max-time 15 --retry 30 --retry-delay 2 --retry-all-errors "${1%/}/"
