#!/usr/bin/env bash
# Succeeds when main is the only branch that may deploy to a GitHub environment of this repository.
#
#   main-only.sh ENVIRONMENT
#
# What deploys is looked through before it is merged, and the roles at AWS ask for main, too; but the environment's secrets
# would be any branch's.
set -euo pipefail

if [ $# -ne 1 ]; then
    echo 'main-only.sh: it takes the name of an environment, like staging' >&2
    exit 2
fi
place="repos/$GITHUB_REPOSITORY/environments/$1"

policy="$(gh api "$place" --jq '.deployment_branch_policy | if . == null then "none" elif .protected_branches then "protected" else "custom" end')" || policy=unknown
case "$policy" in
    # The branches that have rules of their own: somebody who may merge decided about them.
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
