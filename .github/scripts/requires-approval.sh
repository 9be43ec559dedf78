#!/usr/bin/env bash
# Succeeds if deployments to a GitHub environment of this repository need the approval of a reviewer.
#
#   requires-approval.sh ENVIRONMENT
set -euo pipefail

if [ $# -ne 1 ]; then
    echo 'requires-approval.sh: it takes the name of an environment, like production' >&2
    exit 2
fi

rules="$(gh api "repos/$GITHUB_REPOSITORY/environments/$1" --jq '.protection_rules[].type')" || rules=''
if ! grep --quiet --line-regexp required_reviewers <<<"$rules"; then
    {
        echo "error: the environment $1 has no required reviewers, so nothing is deployed to it"
        echo "  hint: Settings, Environments, $1, Required reviewers; or gh api -X PUT repos/$GITHUB_REPOSITORY/environments/$1"
    } | tee -a "${GITHUB_STEP_SUMMARY:-/dev/null}" >&2
    exit 1
fi
echo "Nothing is deployed to $1 unless a reviewer approves."
