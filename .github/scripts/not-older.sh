#!/usr/bin/env bash
# Succeeds unless a newer commit is already deployed to a GitHub environment of this repository.
#
#   not-older.sh ENVIRONMENT COMMIT
#
# Approvals come in any order: an old one must not replace a newer version.
set -euo pipefail

if [ $# -ne 2 ]; then
    echo 'not-older.sh: it takes the name of an environment and a commit, like production 0123abc' >&2
    exit 2
fi
environment="$1" commit="$2"

# shellcheck disable=SC2016 # these dollars are GraphQL's
deployed="$(gh api graphql -F owner="${GITHUB_REPOSITORY%/*}" -F name="${GITHUB_REPOSITORY#*/}" -F environment="$environment" -f query='
    query($owner: String!, $name: String!, $environment: String!) {
      repository(owner: $owner, name: $name) {
        deployments(environments: [$environment], first: 50, orderBy: {field: CREATED_AT, direction: DESC}) {
          nodes { commitOid state }
        }
      }
    }' --jq '[.data.repository.deployments.nodes[] | select(.state == "ACTIVE").commitOid][0] // ""')"
if [ -z "$deployed" ]; then
    echo "Nothing is deployed to $environment yet."
    exit 0
fi

# The relation of the commit to the deployed one.
relation="$(gh api "repos/$GITHUB_REPOSITORY/compare/$deployed...$commit" --jq .status)"
if [ "$relation" = behind ]; then
    {
        echo "error: $environment has $deployed, which is newer than $commit"
        echo "  hint: to go back: gh workflow run docker-deploy.yaml -f environment=$environment -f image-tag=$commit"
    } | tee -a "${GITHUB_STEP_SUMMARY:-/dev/null}" >&2
    exit 1
fi
echo "$environment has $deployed, and $commit is $relation."
