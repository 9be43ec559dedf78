#!/usr/bin/env bash
# Succeeds when main is the only branch that may deploy to a GitHub environment of this repository.
#
#   main-only.sh ENVIRONMENT
#
# Changes are reviewed before they reach main, and the AWS roles trust only main. But without this rule, any branch could use
# the environment's secrets.
set -euo pipefail

if [ $# -ne 1 ]; then
    echo 'main-only.sh: it takes the name of an environment, like staging' >&2
    exit 2
fi
place="repos/$GITHUB_REPOSITORY/environments/$1"

policy="$(gh api "$place" --jq '.deployment_branch_policy | if . == null then "none" elif .protected_branches then "protected" else "custom" end')" || policy=unknown
case "$policy" in
    # Protected branches count too, because only maintainers can create them.
    protected) allowed=main ;;
    custom) allowed="$(gh api "$place/deployment-branch-policies" --jq '.branch_policies[].name')" || allowed='' ;;
    *) allowed='' ;;
esac
if [ "$allowed" != main ]; then
    {
        echo "error: branches other than main may deploy to the environment $1"
        echo "  hint: Settings, Environments, $1, Deployment branches: Selected branches, main"
    } | tee -a "${GITHUB_STEP_SUMMARY:-/dev/null}" >&2
    exit 1
fi
echo "Nothing but main is deployed to $1."
