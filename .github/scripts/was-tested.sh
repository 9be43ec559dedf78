#!/usr/bin/env bash
# Succeeds if a commit is on main and passed LintAndTest there.
#
#   was-tested.sh COMMIT
#
# A tag can point to any commit, but a release must be reviewed and tested.
set -euo pipefail

if [ $# -ne 1 ]; then
    echo 'was-tested.sh: it takes a commit' >&2
    exit 2
fi
commit="$1"

fail() { # WHAT HINT
    printf 'error: %s\n  hint: %s\n' "$1" "$2" | tee -a "${GITHUB_STEP_SUMMARY:-/dev/null}" >&2
    exit 1
}

git merge-base --is-ancestor "$commit" origin/main || fail "$commit is not on main" 'merge it, and tag what main has'
passed="$(gh api "repos/$GITHUB_REPOSITORY/actions/workflows/linting-testing.yaml/runs?head_sha=$commit&event=push&branch=main" \
    --jq '[.workflow_runs[] | select(.conclusion == "success")] | length')" || passed=0
[ "$passed" -gt 0 ] || fail "LintAndTest has not passed for $commit" 'wait until it has, and run this again'
echo "$commit is on main, and passed its tests."
